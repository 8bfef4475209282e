import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advise } from '../../src/cli/advise.ts';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { explain } from '../../src/cli/explain.ts';
import { SAMPLE_CLUSTER } from '../../src/cli/sample.ts';
import { ROOT, run } from '../cli/terminal.ts';
import { blocks, DOC_PAGES, read } from './pages.ts';

const COMMANDS = [advise, audit, check, explain];

interface Shown {
  readonly page: string;
  readonly command: string;
  readonly output: string;
}

/** The output of zonewise commands on the pages. The demo's test covers the output of `kubectl apply`. */
const shown: readonly Shown[] = DOC_PAGES.flatMap(page =>
  blocks(read(page), 'console').flatMap(block => {
    const [, command, output = ''] =
      /^\$ (?:npm run -s zonewise --|zonewise|kubectl zonewise) (.*)\n([\s\S]*)$/.exec(block) ?? [];
    return command === undefined ? [] : [{ page, command, output }];
  }),
);

test('finds the output on the pages', () => {
  expect(shown.length).toBeGreaterThan(1);
});

test.each(shown)('$page shows the output of $command', async ({ command, output }) => {
  const [name, ...args] = command.split(/\s+/);
  const verb = COMMANDS.find(({ name: known }) => known === name);
  if (!verb) throw new Error(`${name} is not tried here`);
  const cluster = args.includes('--topology') ? [] : ['--topology', SAMPLE_CLUSTER];
  const absolute = args.map(word => (word.startsWith('sample/') ? join(ROOT, word) : word));
  const { out } = await run(verb, [...absolute, ...cluster]);
  const printed = out.replaceAll(`${ROOT}/`, '');
  // A line with an ellipsis stands for omitted output.
  for (const piece of output.trimEnd().split(/^…\n/m)) expect(printed).toContain(piece.trimEnd());
});
