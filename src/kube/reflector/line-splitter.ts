import { StreamError } from '../client/errors.ts';

const NEWLINE = 0x0a;
/** Far above what the API server stores for one object; only a broken peer sends more. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * Cuts a byte stream into lines. Works on bytes and decodes whole lines only, so that a character may lie across two
 * chunks; keeps the chunks of an unfinished line apart until its end, so that a huge line is copied once.
 */
export class LineSplitter {
  readonly #longest: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(longest: number = LONGEST_LINE) {
    this.#longest = longest;
  }

  /** The lines that this chunk completes, without their ends. Throws StreamError `line-too-long`. */
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
    if (this.#size > this.#longest) {
      throw new StreamError('line-too-long', `a line of the watch is longer than ${this.#longest} bytes`);
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
  // Most lines lie in one chunk, which need not be copied.
  const bytes =
    only && parts.length === 1 ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(parts);
  return bytes.toString('utf8');
}
