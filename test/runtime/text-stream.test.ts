import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { InputError } from '../../src/runtime/errors.ts';
import { readTextStream } from '../../src/runtime/text-file.ts';

const NAME = { name: 'standard input' };

function stream(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  return Readable.from(chunks);
}

test('reads a stream whose chunks divide a character', async () => {
  const bytes = Buffer.from('a: ü\n');
  expect(await readTextStream(stream(bytes.subarray(0, 4), bytes.subarray(4)), NAME)).toBe('a: ü\n');
  expect(await readTextStream(stream(), NAME)).toBe('');
});

test('reads UTF-16 with a byte order mark, and keeps that of UTF-8, as from a file', async () => {
  expect(await readTextStream(stream(Buffer.from('\uFEFFa: b', 'utf16le')), NAME)).toBe('a: b');
  expect(await readTextStream(stream(Buffer.from('\uFEFFa: b')), NAME)).toBe('\uFEFFa: b');
});

test('rejects what is not text', async () => {
  const reading = readTextStream(stream(Buffer.from([0x61, 0xff])), NAME);
  await expect(reading).rejects.toThrow(new InputError('standard input is not UTF-8 text'));
});

test('rejects a stream that cannot be read', async () => {
  const folder = createReadStream(import.meta.dirname);
  await expect(readTextStream(folder, NAME)).rejects.toThrow(
    /^standard input cannot be read: it is a folder, not a file$/,
  );
});

test('rejects a stream without end as soon as it is over the limit', async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read++;
      yield Buffer.alloc(10);
    }
  }
  const reading = readTextStream(endless(), { ...NAME, maxBytes: 25 });
  await expect(reading).rejects.toThrow(new InputError('standard input has more than 25 bytes'));
  expect(read).toBe(3);
  expect(await readTextStream(stream(Buffer.alloc(25, 'a')), { ...NAME, maxBytes: 25 })).toHaveLength(25);
});
