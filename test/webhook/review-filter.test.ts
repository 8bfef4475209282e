import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/webhook/review-fields.ts';
import { ReviewFilter } from '../../src/webhook/review-filter.ts';
import { MAX_NESTING } from '../../src/webhook/value-copier.ts';

/** `a` and `b.c` with a limit of ten bytes, `list` with a large one. */
const FIELDS: Fields = new Map<string, Fields | number>([
  ['a', 10],
  ['b', new Map([['c', 10]])],
  ['list', 10_000],
]);

interface Filtered {
  readonly json: unknown;
  readonly isCut: boolean;
}

function filter(text: string, { chunkBytes = 7, memory = true } = {}): Filtered {
  const reading = new ReviewFilter(FIELDS, () => memory);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) reading.write(bytes.subarray(at, at + chunkBytes));
  return { json: reading.end(), isCut: reading.isCut };
}

test.each([
  ['the fields alone', '{"a":1,"x":{"a":2},"b":{"c":"d","e":[{"c":1}]},"y":[1,2]}', { a: 1, b: { c: 'd' } }],
  ['nothing', '{"x":1}', {}],
  ['an empty object', '{}', {}],
  ['a field of another type', '{"b":[{"c":1}],"a":null}', { b: [{ c: 1 }], a: null }],
  ['a field after spaces', ' { "x" : "}" , "a" : true }\n', { a: true }],
  ['quotes and brackets in strings', '{"x":"\\"}],{\\\\","a":"\\\\"}', { a: '\\' }],
  ['the last of two equal fields', '{"a":1,"a":2}', { a: 2 }],
  ['keys with a meaning in JavaScript', '{"__proto__":{"a":1},"constructor":1,"a":2}', { a: 2 }],
])('reads %s', (_what, text, json) => {
  for (const chunkBytes of [1, 2, 3, 1000]) expect(filter(text, { chunkBytes })).toEqual({ json, isCut: false });
});

describe('a value above its limit', () => {
  test.each([
    ['a string after a character', '{"a":"0123456789ab","b":{"c":1}}', { a: '01234567', b: { c: 1 } }],
    ['a string before an incomplete escape', '{"a":"012345\\u00e9x"}', { a: '012345' }],
    ['a string after an escaped backslash', '{"a":"012345\\\\\\\\x"}', { a: '012345\\' }],
    ['a list after an item', '{"a":[1,22,333,4444]}', { a: [1, 22, 333] }],
    ['a list after a nested item', '{"a":[[1,2],[3,4]]}', { a: [[1, 2]] }],
    ['a map after a member', '{"a":{"k":1,"l":2},"b":{"c":1}}', { a: { k: 1 }, b: { c: 1 } }],
    ['a list before an item that is too long', '{"a":["0123456789"]}', { a: [] }],
  ])('is cut: %s', (_what, text, json) => {
    for (const chunkBytes of [1, 5, 1000]) expect(filter(text, { chunkBytes })).toEqual({ json, isCut: true });
  });

  test('is refused if it is a number', () => {
    expect(() => filter('{"a":01234567890123}')).toThrow('too many digits');
  });
});

test('without memory a list is cut, and what follows is read', () => {
  const text = JSON.stringify({ list: Array.from({ length: 3_000 }, (_, i) => i % 10), b: { c: 'kept' } });
  const long = text.replace('[', `[${'1,'.repeat(2_000)}`);
  const few = new ReviewFilter(new Map([...FIELDS, ['list', 1_000_000]]), () => false);
  few.write(Buffer.from(long.replace('[', `[${'1,'.repeat(20_000)}`)));
  expect(few.end()).toMatchObject({ b: { c: 'kept' } });
  expect(few.isCut).toBe(true);
});

test('reads as deep as the API goes, and no deeper', () => {
  const nested = (depth: number) => `{"list":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  expect(() => filter(nested(MAX_NESTING + 1))).toThrow(`deeper than ${MAX_NESTING}`);
  expect(filter(nested(5)).json).toEqual({ list: [[[[[]]]]] });
  // A skipped value may be of any depth.
  expect(filter(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},"a":1}`).json).toEqual({ a: 1 });
});

test.each(['', '[]', '"a"', '{"a":1', '{"a":"', '{} {}', '{"a":tru}', '{"a" 1}x', 'null'])('refuses %j', text => {
  expect(() => filter(text)).toThrow();
});

test('agrees with JSON.parse on every document', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const documents = fc.record({
    a: value,
    b: fc.oneof(value, fc.record({ c: value, d: value })),
    x: value,
    list: value,
  });
  const large: Fields = new Map<string, Fields | number>([
    ['a', 100_000],
    ['b', new Map([['c', 100_000]])],
    ['list', 100_000],
  ]);
  fc.assert(
    fc.property(documents, fc.integer({ min: 1, max: 40 }), ({ a, b, x, list }, chunkBytes) => {
      const reading = new ReviewFilter(large, () => true);
      const bytes = Buffer.from(JSON.stringify({ x, a, b, list }));
      for (let at = 0; at < bytes.length; at += chunkBytes) reading.write(bytes.subarray(at, at + chunkBytes));
      const isMap = typeof b === 'object' && b !== null && !Array.isArray(b);
      const kept = isMap ? ('c' in b ? { c: b.c } : {}) : b;
      expect(reading.end()).toEqual(JSON.parse(JSON.stringify({ a, b: kept, list })));
    }),
    { numRuns: 500 },
  );
});

test('finds the end of long strings among escapes, wherever the chunks end', () => {
  const text = fc.array(fc.constantFrom('x', '"', '\\', '\u0001', 'é', '\\'.repeat(200), 'y'.repeat(100)), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 400 }), (pieces, chunkBytes) => {
      const sent = { x: pieces.join(''), list: [pieces.join('')], b: { c: 'kept' } };
      const reading = new ReviewFilter(new Map([...FIELDS, ['list', 100_000]]), () => true);
      const bytes = Buffer.from(JSON.stringify(sent));
      for (let at = 0; at < bytes.length; at += chunkBytes) reading.write(bytes.subarray(at, at + chunkBytes));
      expect(reading.end()).toEqual({ list: sent.list, b: sent.b });
    }),
    { numRuns: 500 },
  );
});
