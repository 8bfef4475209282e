import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { folder, run } from './terminal.ts';

const service = (name: string) => `kind: Service\nmetadata: { name: ${name} }\n`;

test('reads the files of -f, --filename and without a flag', async () => {
  const path = folder({ 'a.yaml': service('a'), 'b.yaml': service('b'), 'deploy/deep/c.yaml': service('c') });
  const [a, b, deploy] = ['a.yaml', 'b.yaml', 'deploy'].map(name => join(path, name));
  for (const args of [
    ['-f', a, '-f', b, '-f', deploy],
    ['-f', a, b, `--filename=${deploy}`],
    [`-f=${a}`, '-R', '-f', deploy, b],
  ] as string[][]) {
    expect(await run(check, args)).toMatchObject({
      exit: 0,
      err: '',
      out: expect.stringContaining('3 Services checked'),
    });
  }
});

test('reads standard input for -f -', async () => {
  expect((await run(check, ['-f', '-'], { stdin: service('a') })).out).toContain('1 Service checked');
});
