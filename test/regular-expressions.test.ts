import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The parser of vite, which has no types for it. */
const { parseSync } = (await import('vite')) as unknown as {
  parseSync(file: string, source: string): { readonly program: unknown };
};

interface Literal {
  readonly pattern: string;
  readonly flags: string;
}

/** The regular expressions of a source file, and `new RegExp` as `null`. */
function* expressionsIn(node: unknown): Generator<Literal | null> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node) yield node.regex as Literal;
  if (isRegExpCall(node)) yield null;
  for (const child of Object.values(node)) yield* expressionsIn(child);
}

function isRegExpCall(node: object): boolean {
  return 'callee' in node && (node.callee as { name?: string }).name === 'RegExp';
}

/** True if the time of a match can grow faster than the length of the text. */
function isSuperLinear({ pattern, flags }: Literal): boolean {
  return analyse({ source: pattern, flags }, { assumeRejectingSuffix: false }).reports.length > 0;
}

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map(name => {
  const { program } = parseSync(name, readFileSync(join(ROOT, name), 'utf8'));
  return { name, expressions: [...expressionsIn(program)] };
});

test('every regular expression takes linear time', () => {
  const slow = files.flatMap(({ name, expressions }) =>
    expressions.filter(one => one !== null && isSuperLinear(one)).map(one => `${name}: /${one?.pattern}/${one?.flags}`),
  );
  expect(slow).toEqual([]);
  expect(files.flatMap(({ expressions }) => expressions).length).toBeGreaterThan(50);
});

test('no regular expression is built from text', () => {
  const built = files.filter(({ expressions }) => expressions.includes(null)).map(({ name }) => name);
  expect(built).toEqual([]);
});

test.each(['(a+)+$', 'a*a*b', '\\s*\\n\\s*', ',(?![^(]*\\))'])('the check rejects /%s/', pattern => {
  expect(isSuperLinear({ pattern, flags: '' })).toBe(true);
});
