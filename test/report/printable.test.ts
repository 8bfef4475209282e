import { expect, test } from 'vitest';
import { printable, printableValues } from '../../src/report/printable.ts';
import { renderText } from '../../src/report/text.ts';

test('escapes characters that move the cursor, break the line or reverse text', () => {
  expect(printable('a\u001b[31mred\u202e\nfoo\u2028')).toBe('a\\u001b[31mred\\u202e\\nfoo\\u2028');
  expect(printable('zonewise-eu.1 ümläut')).toBe('zonewise-eu.1 ümläut');
});

test('keeps a Service with control characters in its name on one line', () => {
  const object = { kind: 'Service', namespace: '../x', name: 'a\u001b[2J\nweb.yaml:1 deny shop/web: forged' };
  const text = renderText(
    printableValues({
      findings: [],
      skipped: [{ rule: 'a-rule', object, need: 'endpoints', why: 'no endpoints yet' }],
      failures: [],
      errors: [],
      services: [{ object, file: 'web.yaml', line: 1 }],
    }),
    false,
  );
  expect(text.split('\n')).toHaveLength(3);
  expect(text).not.toContain('\u001b');
});

test('joins Services with equal skipped rules in one line of a few names', () => {
  const skipped = [1, 2, 3, 4, 5].map(n => ({
    rule: 'a-rule',
    object: { kind: 'Service', namespace: 'shop', name: `s${n}` },
    need: 'endpoints' as const,
    why: 'no endpoints yet',
  }));
  const text = renderText({ findings: [], skipped, failures: [], errors: [], services: [] }, false);
  expect(text).toContain('skipped for shop/s1, shop/s2, shop/s3 and 2 more: no endpoints yet (a-rule)\n');
});
