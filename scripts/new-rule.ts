import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Level } from '../src/model/finding.ts';
import { isLevel } from '../src/model/finding.ts';
import { fixtureTemplate, ruleTemplate, withRule } from './rule-template.ts';

const ROOT = join(import.meta.dirname, '..');
const INDEX = 'src/rules/index.ts';
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;
/** Every message ends with the rule id and has at most 256 characters. */
const MAX_ID_LENGTH = 60;

class UsageError extends Error {
  readonly code = 'usage';
}

/** The files of a new rule and the updated list of rules, by path. */
function plan(id: string, level: Level): ReadonlyMap<string, string> {
  const files = [
    [`src/rules/${id}.ts`, ruleTemplate(id, level)],
    [`test/rules/${id}/fires-todo.yaml`, fixtureTemplate('todo', 'TODO what is special here, in one sentence.')],
    [`test/rules/${id}/silent-todo.yaml`, fixtureTemplate('web', 'TODO why this near miss is correct.')],
  ] as const;
  const there = [...files.map(([path]) => path), `test/rules/${id}`].find(path => existsSync(join(ROOT, path)));
  if (there) throw new UsageError(`${there} exists already`);
  return new Map([...files, [INDEX, withRule(readFileSync(join(ROOT, INDEX), 'utf8'), id)]]);
}

function read(args: readonly string[]): { readonly id: string; readonly level: Level } {
  const { values, positionals } = parse(args);
  const [id, ...others] = positionals;
  const level = values.level ?? 'warn';
  if (id === undefined || others.length > 0) throw new UsageError('usage: npm run new-rule ID [-- --level info]');
  if (!ID.test(id) || id.length > MAX_ID_LENGTH)
    throw new UsageError(
      `${JSON.stringify(id)} is not a rule id: expected two or more words in kebab-case that read as a statement, at most ` +
        `${MAX_ID_LENGTH} characters, such as zone-about-to-vanish`,
    );
  if (!isLevel(level)) throw new UsageError(`--level ${level}: expected off, info, warn or deny`);
  return { id, level };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { level: { type: 'string' } } });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function main(args: readonly string[]): void {
  const { id, level } = read(args);
  for (const [path, text] of plan(id, level)) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(path);
  }
  console.log(`
Next: write the check, then the fixtures (CONTRIBUTING.md), then
  UPDATE_FIXTURES=1 npm test -- test/rules/rules.test.ts   # writes what the rule says beside each fixture; review it
  npm run docs                               # writes docs/rules/${id}.md`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`new-rule: ${error.message}`);
  process.exitCode = 2;
}
