import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explain } from '../../src/cli/explain.ts';
import { ROOT, run } from './terminal.ts';

const page = readFileSync(join(ROOT, 'docs/kubectl.md'), 'utf8');

test('the diagram in docs/kubectl.md is the output of explain for the sample', async () => {
  const [, command = '', picture = ''] = /```console\n\$ kubectl zonewise explain (.*)\n([^`]*)```/.exec(page) ?? [];
  const { out } = await run(explain, [...command.split(' '), '--topology', 'sample/cluster.yaml']);
  expect(picture).toContain('DROPPED');
  expect(out).toContain(picture);
});
