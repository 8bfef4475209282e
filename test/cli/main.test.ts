import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { demo } from '../../src/cli/demo.ts';
import { explain } from '../../src/cli/explain.ts';
import { rules } from '../../src/cli/rules.ts';
import { serve } from '../../src/cli/serve.ts';
import { VERSION } from '../../src/runtime/version.ts';
import { ROOT, run } from './terminal.ts';

const COMMANDS = [serve, check, explain, audit, rules, demo];
const WARNING = ['check', 'sample/stories.yaml'];

interface Case {
  readonly args: readonly string[];
  readonly tty?: boolean;
  readonly noColor?: string;
}

const CASES = {
  ...Object.fromEntries(COMMANDS.map(({ name }) => [`${name} --help`, { args: [name, '--help'] }])),
  '-h after a verb': { args: ['check', 'x.yaml', '-h'] },
  '-h as a name': { args: ['check', '--', '-h'] },
  help: { args: ['help'] },
  'help check': { args: ['help', 'check'] },
  'help chek': { args: ['help', 'chek'] },
  '--help': { args: ['--help'] },
  nothing: { args: [] },
  '--version': { args: ['--version'] },
  version: { args: ['version'] },
  'an unknown verb': { args: ['chek'] },
  'a word of JavaScript': { args: ['constructor'] },
  'unusable input': { args: ['check', '/no/web.yaml'] },
  piped: { args: WARNING },
  'on a terminal': { args: WARNING, tty: true },
  'on a terminal with NO_COLOR': { args: WARNING, tty: true, noColor: '1' },
  'on a terminal with an empty NO_COLOR': { args: WARNING, tty: true, noColor: '' },
} satisfies Record<string, Case>;

/** Runs main once per case in one process, because starting a process is slow. */
const DRIVER = `
const { main, cases } = JSON.parse(process.argv[1]);
const write = { out: process.stdout.write, err: process.stderr.write };
const results = [];
for (const [i, { args, tty, noColor }] of cases.entries()) {
  process.argv.splice(2, Infinity, ...args);
  process.stdout.isTTY = tty === true;
  if (noColor === undefined) delete process.env.NO_COLOR; else process.env.NO_COLOR = noColor;
  const said = { out: '', err: '' };
  process.stdout.write = text => { said.out += text; return true; };
  process.stderr.write = text => { said.err += text; return true; };
  process.exitCode = undefined;
  try { await (await import(main + '?' + i)).ended; } catch (error) { said.crash = String(error); }
  results.push({ ...said, exit: process.exitCode });
}
process.stdout.write = write.out;
process.exitCode = 0;
process.stdout.write(JSON.stringify(results));
`;

let results: Readonly<Record<string, { out: string; err: string; exit: number; crash?: string }>> = {};
beforeAll(async () => {
  const main = new URL('../../src/main.ts', import.meta.url).href;
  const input = JSON.stringify({ main, cases: Object.values(CASES) });
  const args = ['--input-type=module', '-e', DRIVER, input];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  const list = JSON.parse(stdout);
  results = Object.fromEntries(Object.keys(CASES).map((name, i) => [name, list[i]]));
});

describe.each(COMMANDS.map(verb => ({ name: verb.name, verb })))('$name', ({ name, verb }) => {
  test('--help has a description and examples of the command', () => {
    const { out, err, exit } = results[`${name} --help`] ?? {};
    expect([exit, err]).toEqual([0, '']);
    expect(out).toBe(verb.help);
    expect(out).toMatch(new RegExp(`\\nExamples?:\\n(.*\\n)*.*zonewise ${name}`));
  });

  test('knows every flag that --help names', async () => {
    const flags = [...new Set(verb.help.match(/--[a-z-]+/g) ?? [])];
    const offline = flags.includes('--topology') ? ['--topology', '/no/cluster.yaml'] : [];
    for (const flag of flags) {
      const error = await run(verb, [flag, 'x', ...offline]).catch(cause => cause);
      expect(String(error), flag).not.toMatch(/Unknown option/);
    }
  });
});

test('lists the commands for help and without a command', () => {
  for (const name of ['help', '--help', 'nothing']) {
    for (const verb of COMMANDS) expect(results[name]?.out).toContain(`  ${verb.name.padEnd(11)} ${verb.summary}\n`);
  }
  expect([results['help']?.exit, results['--help']?.exit, results['nothing']?.exit]).toEqual([0, 0, 2]);
  expect(results['-h after a verb']?.out).toBe(check.help);
  expect(results['help check']).toEqual({ out: check.help, err: '', exit: 0 });
});

test('--version', () => {
  for (const name of ['--version', 'version']) {
    expect(results[name]).toEqual({ out: `zonewise ${VERSION}\n`, err: '', exit: 0 });
  }
});

describe('reports unusable input in one line on standard error, with exit code 2', () => {
  test.each([
    [
      'an unknown verb',
      /^zonewise: no command is called "chek"; expected one of serve, check, .*completion; did you mean check\?\n$/,
    ],
    ['help chek', /^zonewise: no command is called "chek"; .*; did you mean check\?\n$/],
    ['a word of JavaScript', /^zonewise: no command is called "constructor"; expected one of serve/],
  ])('%s', (name, message) => {
    expect(results[name]).toEqual({ out: '', err: expect.stringMatching(message), exit: 2 });
  });

  test('a flag after -- as the name of a file', () => {
    const err = 'zonewise: -h: cannot be read: no such file or folder\n';
    expect(results['-h as a name']).toMatchObject({ err, exit: 2 });
  });

  test('unusable input', () => {
    expect(results['unusable input']).toEqual({
      out: 'no Services checked: 1 input error\n',
      err: expect.stringMatching(/^zonewise: \/no\/web.yaml: cannot be read: no such file or folder\n$/),
      exit: 2,
    });
  });
});

test('uses colours on a terminal without NO_COLOR', () => {
  const esc = `${String.fromCharCode(27)}[`;
  const coloured = ['piped', 'on a terminal', 'on a terminal with NO_COLOR', 'on a terminal with an empty NO_COLOR'];
  expect(coloured.map(name => results[name]?.out.includes(esc))).toEqual([false, true, false, true]);
});

test('__complete prints completions and ends', async () => {
  const started = promisify(execFile)(process.execPath, [join(ROOT, 'src/main.ts'), '__complete', 'exp']);
  expect(await started).toEqual({ stdout: 'explain\n:4\n', stderr: '' });
});

test('the process ends with the exit code', async () => {
  const started = promisify(execFile)(process.execPath, [join(ROOT, 'src/main.ts'), 'chek']);
  await expect(started).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^zonewise: no command/),
  });
});
