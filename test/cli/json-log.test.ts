import { pino } from 'pino';
import { expect, test } from 'vitest';
import { JSON_LOG } from '../../src/cli/output/json-log.ts';

test('a log line shows control characters and reversed text escaped, and keeps its meaning', () => {
  const lines: string[] = [];
  const name = 'a\u001b[31m\u009b31m\u202eb\u2028c\n::error::x';
  pino(JSON_LOG, { write: (line: string) => lines.push(line) }).info({ name }, 'review');
  expect(lines.join('')).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(lines.join(''))).toMatchObject({ name, msg: 'review' });
});
