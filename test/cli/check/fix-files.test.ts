import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeFixes } from '../../../src/cli/check/write-fixes.ts';
import { check } from '../../../src/cli/check.ts';
import { file, folder, ROOT, run } from '../terminal.ts';

/** A warning with a fix: the policy is removed. */
const unfixed = (name: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  clusterIP: None # headless
  internalTrafficPolicy: Local
`;
const fixed = (name: string) => unfixed(name).replace('  internalTrafficPolicy: Local\n', '');

describe('check --fix', () => {
  test('keeps the mode and Windows line ends, and leaves no other file', async () => {
    const path = folder({ 'web.yaml': unfixed('web').replaceAll('\n', '\r\n') });
    chmodSync(join(path, 'web.yaml'), 0o640);
    expect((await run(check, [path, '--fix'])).err).toMatch(/^fixed .*web\.yaml: default\/web: remove/);
    expect(readFileSync(join(path, 'web.yaml'), 'utf8')).toBe(fixed('web').replaceAll('\n', '\r\n'));
    expect(statSync(join(path, 'web.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(path)).toEqual(['web.yaml']);
  });

  test('keeps a byte order mark, and comments around a Service of a List', async () => {
    const item = `- ${unfixed('web').trimEnd().replaceAll('\n', '\n  ')} # why\n`;
    const path = file(`\uFEFFkind: List\nitems:\n# first\n${item}# last\n`);
    await run(check, [path, '--fix']);
    const after = readFileSync(path, 'utf8');
    expect(after).toBe(
      `\uFEFFkind: List\nitems:\n# first\n- ${fixed('web').trimEnd().replaceAll('\n', '\n  ')}\n# last\n`,
    );
  });

  test.each([
    ['documents', (items: readonly string[]) => items.join('---\n')],
    [
      'a List',
      (items: readonly string[]) =>
        `kind: List\nitems:\n${items.map(text => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`,
    ],
  ])('fixes hundreds of Services of one file: %s', async (_what, join) => {
    const names = Array.from({ length: 300 }, (_, i) => `web-${i}`);
    const path = file(join(names.map(unfixed)));
    const { err, out } = await run(check, [path, '--fix']);
    expect(err.match(/^fixed /gm)).toHaveLength(300);
    expect(out).toMatch(/^300 Services checked: nothing to report\n$/m);
    expect(readFileSync(path, 'utf8')).toBe(join(names.map(fixed)));
  });

  test('refuses standard input before it reads or writes', async () => {
    const path = file(unfixed('web'));
    await expect(run(check, [path, '-', '--fix'], { stdin: unfixed('x') })).rejects.toThrow(
      '--fix cannot write standard',
    );
    expect(readFileSync(path, 'utf8')).toBe(unfixed('web'));
  });

  test('leaves a file alone of which a part is unusable, and fixes the others', async () => {
    const broken = `${unfixed('web')}---\nkind: [\n`;
    const path = folder({ 'a.yaml': broken, 'b.yaml': unfixed('b') });
    expect((await run(check, [path, '--fix'])).exit).toBe(2);
    expect(readFileSync(join(path, 'a.yaml'), 'utf8')).toBe(broken);
    expect(readFileSync(join(path, 'b.yaml'), 'utf8')).toBe(fixed('b'));
  });

  test('reports a fix that the layout does not allow', async () => {
    const path = file(
      `shared: &spec { clusterIP: None, internalTrafficPolicy: Local }\nkind: Service\nmetadata: { name: web }\nspec: *spec\n`,
    );
    const { exit, err } = await run(check, [path, '--fix']);
    expect([exit, err]).toEqual([2, expect.stringMatching(/^zonewise: .*:1: not fixed: default\/web: remove .*\n$/)]);
  });

  test('fixes a file once that is given twice', async () => {
    const path = file(unfixed('web'));
    const { exit, err } = await run(check, [path, path, join(path, '../web.yaml'), '--fix']);
    expect([exit, err.match(/^fixed /gm)?.length]).toEqual([0, 1]);
  });
});

describe('a symbolic link', () => {
  test('out of the given paths is refused', async () => {
    const path = folder({ 'given/a.yaml': unfixed('a'), 'other/b.yaml': unfixed('b') });
    symlinkSync('../other/b.yaml', join(path, 'given/b.yaml'));
    const link = join(path, 'given/b.yaml');
    for (const given of [join(path, 'given'), link]) {
      const { exit, err } = await run(check, [given, '--fix']);
      expect(err).toContain(
        `zonewise: ${link}: not fixed: it is a symbolic link to ${join(path, 'other/b.yaml')}, outside`,
      );
      expect(exit).toBe(2);
    }
    expect(readFileSync(join(path, 'other/b.yaml'), 'utf8')).toBe(unfixed('b'));
    expect(readFileSync(join(path, 'given/a.yaml'), 'utf8')).toBe(fixed('a'));
  });

  test('within the given paths stays a link to the fixed file', async () => {
    const path = folder({ 'a.yaml': unfixed('a') });
    symlinkSync('a.yaml', join(path, 'z.yaml'));
    expect((await run(check, [path, '--fix'])).exit).toBe(0);
    expect(lstatSync(join(path, 'z.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(path, 'a.yaml'), 'utf8')).toBe(fixed('a'));
  });
});

describe('loses nothing', () => {
  test('if a file changes after it was read', async () => {
    const path = file(unfixed('web'));
    const edited = `${unfixed('web')}# my edit\n`;
    let err = '';
    const exit = await check.run([path, '--fix', '--topology', '-'], {
      // Read after the manifests.
      stdin: async () => {
        writeFileSync(path, edited);
        return 'kind: Node\nmetadata: { name: a }\n';
      },
      out: () => {},
      err: text => {
        err += text;
      },
      colour: false,
    });
    expect([exit, err]).toEqual([2, `zonewise: ${path}: not fixed: it changed after it was read\n`]);
    expect(readFileSync(path, 'utf8')).toBe(edited);
    expect(readdirSync(join(path, '..'))).toEqual(['web.yaml']);
  });

  test('if the disk is full', async context => {
    const path = join(folder({ 'mnt/x': '' }), 'mnt');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
    if (mounted.status !== 0) context.skip('a tmpfs needs root');
    onTestFinished(() => void execFileSync('umount', [path]));
    // It fits once.
    const big = `${unfixed('web')}${'# text\n'.repeat(5_000)}`;
    writeFileSync(join(path, 'a.yaml'), big);
    const { exit, err } = await run(check, [path, '--fix']);
    expect([exit, err]).toEqual([
      2,
      expect.stringMatching(/^zonewise: .*a\.yaml: not fixed: no space is left on the disk\n$/),
    ]);
    expect(readFileSync(join(path, 'a.yaml'), 'utf8')).toBe(big);
    expect(readdirSync(path)).toEqual(['a.yaml']);
  });

  test('if a file may not become that large', () => {
    const path = file(`${unfixed('web')}${'# text\n'.repeat(1_000)}`);
    const before = readFileSync(path, 'utf8');
    const limited = `ulimit -f 2; exec "$0" src/main.ts check "$1" --fix`;
    const { status } = spawnSync('bash', ['-c', limited, process.execPath, path], { cwd: ROOT, encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('if it is killed at any moment', async () => {
    const names = Array.from({ length: 400 }, (_, i) => `web-${i}`);
    const path = folder(Object.fromEntries(names.map(name => [`${name}.yaml`, unfixed(name)])));
    const textOf = (name: string) => readFileSync(join(path, `${name}.yaml`), 'utf8');
    let previous = 0;
    for (const delayMs of [0, 3, 9, 20]) {
      const child = startFix(path);
      await untilOneMore(child, () => names.filter(name => textOf(name) === fixed(name)).length > previous);
      await setTimeout(delayMs);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const done = names.filter(name => textOf(name) === fixed(name));
      expect(names.filter(name => !done.includes(name) && textOf(name) !== unfixed(name))).toEqual([]);
      expect(done.length).toBeGreaterThan(previous);
      previous = done.length;
    }
    const child = startFix(path);
    await once(child, 'exit');
    expect(names.filter(name => textOf(name) !== fixed(name))).toEqual([]);
  }, 120_000);
});

test('ends between two files after Ctrl-C', async () => {
  const path = folder({ 'a.yaml': unfixed('a') });
  const name = join(path, 'a.yaml');
  const files = [{ name, before: unfixed('a'), after: fixed('a'), appliedFixes: ['x'] }];
  const writing = writeFixes(files, [path]);
  process.emit('SIGINT');
  await expect(writing).rejects.toThrow('interrupted; 0 of 1 files are fixed');
  expect(readFileSync(name, 'utf8')).toBe(unfixed('a'));
});

function startFix(path: string): ChildProcess {
  return spawn(process.execPath, ['src/main.ts', 'check', path, '--fix'], { cwd: ROOT, stdio: 'ignore' });
}

async function untilOneMore(child: ChildProcess, isDone: () => boolean): Promise<void> {
  while (!isDone() && child.exitCode === null) await setTimeout(1);
}
