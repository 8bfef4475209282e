import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StreamError } from '../../../src/kube/client/errors.ts';
import { ListItemParser } from '../../../src/kube/client/list-items.ts';
import { LineSplitter } from '../../../src/kube/reflector/line-splitter.ts';

/** The bytes of a text, cut at these offsets. */
function cut(text: string, at: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const ends = [...new Set(at.map(n => n % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('the line splitter', () => {
  test('yields whole lines for any chunk boundaries, also inside a character', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), cuts, (texts, at) => {
        const lines = texts.map(text => JSON.stringify(text));
        const splitter = new LineSplitter();
        const chunks = cut(lines.map(line => `${line}\n`).join(''), at);
        expect(chunks.flatMap(chunk => [...splitter.push(chunk)])).toEqual(lines);
      }),
    );
  });

  test('does not yield lines before they end', () => {
    expect([...new LineSplitter().push(new TextEncoder().encode('{"half"'))]).toEqual([]);
  });

  test('accepts huge lines', () => {
    const splitter = new LineSplitter();
    const part = new TextEncoder().encode('ä'.repeat(32_768));
    for (let i = 0; i < 200; i++) expect([...splitter.push(part)]).toEqual([]);
    const [line] = splitter.push(new TextEncoder().encode('\n'));
    expect(line?.length).toBe(200 * 32_768);
  });

  test('rejects lines above the limit', () => {
    const splitter = new LineSplitter(10);
    expect(() => [...splitter.push(new Uint8Array(11))]).toThrow(
      expect.objectContaining({ code: 'line-too-long' }) as StreamError,
    );
  });
});

describe('the list item parser', () => {
  const json = fc.jsonValue({ stringUnit: 'binary' });
  const item = fc.dictionary(fc.string({ unit: 'binary' }), json);
  const indents = fc.constantFrom(0, 2);

  test('yields what JSON.parse returns, for any chunk boundaries', () => {
    fc.assert(
      fc.property(fc.array(item), fc.dictionary(fc.string(), json), cuts, indents, (items, metadata, at, indent) => {
        const text = JSON.stringify({ kind: 'List', metadata, items, after: { x: ']}' } }, null, indent);
        const splitter = new ListItemParser();
        const seen = cut(text, at).flatMap(chunk => [...splitter.push(chunk)]);
        expect(seen).toEqual(JSON.parse(JSON.stringify(items)));
        expect(splitter.finish()).toEqual(
          JSON.parse(JSON.stringify({ kind: 'List', metadata, items: [], after: { x: ']}' } })),
        );
      }),
    );
  });

  test('accepts empty and null items', () => {
    for (const items of ['[]', 'null']) {
      const splitter = new ListItemParser();
      expect([...splitter.push(new TextEncoder().encode(`{"items":${items},"metadata":{"a":"b"}}`))]).toEqual([]);
      expect(splitter.finish()).toMatchObject({ metadata: { a: 'b' } });
    }
  });

  test('rejects a truncated list', () => {
    const splitter = new ListItemParser();
    expect([...splitter.push(new TextEncoder().encode('{"items":[{"a":1},{"b":'))]).toEqual([{ a: 1 }]);
    expect(() => splitter.finish()).toThrow(StreamError);
  });
});
