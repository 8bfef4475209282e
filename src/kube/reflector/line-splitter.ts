import { StreamError } from '../client/errors.ts';

const NEWLINE = 0x0a;
/** Upper bound of a line, far above what the API server stores for one object. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Splits a byte stream into lines. It decodes whole lines only, since a character may span two chunks, and keeps the
 * chunks of an unfinished line separate, so that a huge line is copied once.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the lines that this chunk completes, without newlines. Throws StreamError `line-too-long`. */
  *push(chunk: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      yield this.#take();
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size > this.#maxBytes) {
      throw new StreamError('line-too-long', `a line of the watch is longer than ${this.#maxBytes} bytes`);
    }
    this.#parts.push(part);
  }

  #take(): string {
    const line = textOf(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return line;
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  const [only] = parts;
  // Most lines lie in one chunk and need no copy.
  const bytes =
    only && parts.length === 1 ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(parts);
  return bytes.toString('utf8');
}
