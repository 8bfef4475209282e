import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withRule } from '../../scripts/rule-template.ts';
import { ROOT } from './fixture.ts';

const COPIED = ['src', 'scripts', 'test/rules', 'package.json', 'tsconfig.json', 'tsconfig.pure.json', 'biome.json'];
const copy = mkdtempSync(join(tmpdir(), 'zonewise-new-rule-'));

beforeAll(() => {
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', command), args, {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

function newRule(...args: readonly string[]) {
  return run('node', 'scripts/new-rule.ts', ...args);
}

function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(join(copy, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return new Map(files.map(file => [file.slice(copy.length + 1), readFileSync(file, 'utf8')]));
}

const allFiles = () => new Map([...filesOf('src'), ...filesOf('test'), ...filesOf('scripts')]);

test('a new rule is one file, a fixture folder and two lines in the list', () => {
  const before = allFiles();
  expect(newRule('todo-test-rule', '--level', 'info')).toMatchObject({ status: 0 });
  const after = allFiles();
  const touched = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(touched.sort()).toEqual([
    'src/rules/index.ts',
    'src/rules/todo-test-rule.ts',
    'test/rules/todo-test-rule/fires-todo.yaml',
    'test/rules/todo-test-rule/silent-todo.yaml',
  ]);
  expect(after.get('src/rules/todo-test-rule.ts')).toContain("level: 'info'");
  const lines = (files: ReadonlyMap<string, string>) => (files.get('src/rules/index.ts') ?? '').split('\n');
  expect(lines(after).filter(line => !lines(before).includes(line))).toEqual([
    "import { todoTestRule } from './todo-test-rule.ts';",
    '  todoTestRule,',
  ]);
});

test('the generated rule compiles, passes Biome and runs on its fixtures', () => {
  expect(newRule('a-rule-that-sorts-first')).toMatchObject({ status: 0 });
  expect(run('tsc', '-p', 'tsconfig.pure.json')).toEqual({ status: 0, out: '' });
  const checked = run('biome', 'check', '--vcs-enabled=false', '--error-on-warnings', 'src/rules');
  expect(checked.status, checked.out).toBe(0);
  const script = `
    import { readFixtures } from './test/rules/fixture.ts';
    import { evaluateFixture, outcomeOf } from './test/rules/judge.ts';
    const id = 'a-rule-that-sorts-first';
    for (const fixture of readFixtures(id)) console.log(fixture.name + ': ' + outcomeOf(id, await evaluateFixture(fixture)).trim());`;
  expect(run('node', '--input-type=module', '-e', script).out).toBe(
    'fires-todo: warn TODO what, where, the consequence; the fix [a-rule-that-sorts-first]\nsilent-todo: \n',
  );
});

describe('new-rule rejects', () => {
  test.each([
    ['an id that exists', ['field-not-applicable'], 'src/rules/field-not-applicable.ts exists already'],
    ['camel case', ['zoneGone'], '"zoneGone" is not a rule id: expected two or more words in kebab-case'],
    ['a single word', ['zones'], '"zones" is not a rule id'],
    ['a path out of the folder', ['../a-b'], '"../a-b" is not a rule id'],
    ['a very long id', [`${'a-'.repeat(30)}b`], 'at most 60 characters'],
    ['an unknown level', ['a-b', '--level', 'loud'], '--level loud: expected off, info, warn or deny'],
    ['an unknown option', ['a-b', '--lvl', 'info'], "Unknown option '--lvl'"],
    ['no id at all', [], 'usage: npm run new-rule ID'],
  ])('%s', (_what, args, message) => {
    const before = allFiles();
    const { status, out } = newRule(...args);
    expect(status).toBe(2);
    expect(out).toMatch(/^new-rule: /);
    expect(out).toContain(message);
    expect(allFiles()).toEqual(before);
  });
});

test('imports stay sorted by file, wherever the new one belongs', () => {
  const index = readFileSync(join(ROOT, 'src/rules/index.ts'), 'utf8');
  for (const id of ['a-a', 'field-not', 'field-not-applicable-here', 'rule-x', 'zz-top']) {
    const sources = [...withRule(index, id).matchAll(/from '\.\/(.*)\.ts'/g)].map(match => match[1]);
    expect(sources).toEqual(sources.toSorted());
    expect(sources).toContain(id);
  }
});
