import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../src/cluster/manifests/manifest.ts';
import { parseYaml, splitDocuments } from '../../../src/cluster/manifests/yaml-documents.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly error?: string;
  readonly documents: readonly unknown[];
}

const cases: readonly Case[] = JSON.parse(readFileSync(join(import.meta.dirname, 'kubectl-yaml/cases.json'), 'utf8'));

/** A merge key overrides earlier keys only in Go, and binary text is not decoded. */
const DIFFERENT = ['merge after key', 'binary'];
/** Rejected with the objects. */
const REJECTED_LATER = ['merge of text', 'template value', 'complex key', 'complex key map'];

function read(text: string): readonly unknown[] {
  const documents = splitDocuments(text).flatMap(part => parseYaml(part, 'web.yaml'));
  const values = documents.map(({ document }) => document.toJS({ maxAliasCount: -1 }));
  return JSON.parse(JSON.stringify(values)).filter((value: unknown) => value !== null);
}

describe('reads the same as kubectl', () => {
  test.each(cases.filter(({ error, name }) => !error && !DIFFERENT.includes(name)))(
    '$name',
    ({ name, text, documents }) => {
      // Text after the end of a document is ignored by kubectl.
      const expected = name === 'document end and more' ? [...documents, { b: 2 }] : documents;
      expect(read(text)).toEqual(expected);
    },
  );
});

describe('rejects what is not YAML for kubectl either', () => {
  /** Accepted here. */
  const lenient =
    /^(inf|nan|null key.*|separator with (map|tag|anchor)|.* directive.*|tab (in blank line|line in block|after dash)|multi-line flow key|quoted escapes|surrogate escape|line separator)$/;

  const rejected = cases.filter(({ error, name }) => error && !lenient.test(name) && !REJECTED_LATER.includes(name));
  test.each(rejected)('$name', ({ text }) => {
    expect(() => read(text)).toThrow(/^web\.yaml:\d+: not YAML: /);
  });

  test.each(cases.filter(({ name }) => REJECTED_LATER.includes(name)))('$name', ({ text }) => {
    const { errors } = parseManifests({ name: 'web.yaml', text, unknownDocuments: 'ignore' });
    expect(errors).toEqual([expect.objectContaining({ file: 'web.yaml' })]);
  });

  test.each(cases.filter(({ error, name }) => error && lenient.test(name)))('but accepts $name', ({ text }) => {
    expect(() => read(text)).not.toThrow();
  });
});

test('keeps the line numbers of a text that it has to indent', () => {
  const text = "a:\n  command: ['sh', '\n  x;\n  y']\n  b: 1\nc: {\n}\nd: 2\n";
  const [parsed] = splitDocuments(text).flatMap(part => parseYaml(part, 'web.yaml'));
  const node = parsed?.document.get('d', true);
  expect(parsed?.isVerbatim).toBe(false);
  expect(node && parsed?.lineAt(node as never)).toBe(8);
});

test.each([
  ['contains itself', 'a: 1\nb: &x\n  c: *x\n', 3, 'anchor "x" contains itself'],
  ['is unknown', 'a: 1\nb: *x\n', 2, 'unknown anchor "x"'],
])('rejects an alias that %s', (_what, text, line, message) => {
  expect(() => read(text)).toThrow(`web.yaml:${line}: not YAML: ${message}`);
});

test('accepts many aliases of one map, and rejects aliases that multiply', () => {
  expect(read(`a: &a {x: 1}\nb:\n${'- *a\n'.repeat(5000)}`)).toHaveLength(1);
  const levels = Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join()}]\n`);
  expect(() => read(`a0: &a0 [x]\n${levels.join('')}`)).toThrow(/web\.yaml:\d: not YAML: its aliases add more than/);
});

test('rejects nesting that exhausts the stack', () => {
  expect(() => read(`a: ${'['.repeat(100_000)}`)).toThrow('not YAML: it is nested too deeply');
});
