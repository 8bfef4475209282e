import { endOfCharacter, JUMP_AFTER_BYTES, quoteAfter, startOfBackslashes } from './json-strings.ts';

/** Depth of lists and objects in a field that is read; the API has fewer than ten. */
export const MAX_NESTING = 64;

/** Text that is not JSON. The message contains nothing of it. */
export class NotJson extends Error {
  readonly statusCode = 400;
}

/** Values up to this size need no reservation. */
export const SMALL_VALUE_BYTES = 4 * 1024;

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A value in progress. */
interface Value {
  /** The byte that closes the value if it is cut: a quote or a bracket; 0 for a number. */
  readonly closing: number;
  /** Output offset of its largest possible end; 0 if it is skipped. */
  end: number;
  readonly isLarge: boolean;
  /** Output offset after its last complete item. */
  lastItem: number;
  depth: number;
}

/** Copies or skips JSON values that arrive in chunks. Strings, lists and maps above a limit are cut after a character or an item. */
export class ValueCopier {
  readonly #reserve: (bytes: number) => boolean;
  #output = Buffer.allocUnsafe(16 * 1024);
  #length = 0;
  #value: Value | null = null;
  #inString = false;
  #isEscaped = false;
  #isCut = false;

  /** @param reserve asks for this many bytes of memory; false if they are in use for other reviews */
  constructor(reserve: (bytes: number) => boolean) {
    this.#reserve = reserve;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get isReading(): boolean {
    return this.#value !== null;
  }

  /** The bytes written so far. */
  get text(): string {
    return this.#output.toString('utf8', 0, this.#length);
  }

  write(text: string): void {
    this.#grow(text.length);
    this.#length += this.#output.write(text, this.#length, 'latin1');
  }

  /** Starts a value with this first byte; `limit` is 0 for one that is skipped. */
  start(byte: number, limit: number): void {
    const closing = byte === OPEN_LIST ? CLOSE_LIST : byte === OPEN_OBJECT ? CLOSE_OBJECT : byte === QUOTE ? QUOTE : 0;
    const end = limit && this.#length + limit;
    this.#value = { closing, end, isLarge: limit > SMALL_VALUE_BYTES, lastItem: this.#length + 1, depth: 0 };
  }

  /** Reads on in the value; returns the offset of what follows it in the chunk. */
  read(chunk: Buffer, from: number): number {
    const value = this.#value;
    if (value === null) return from;
    if (value.end > 0) this.#makeRoom(value, chunk.length - from);
    const { at, isOver } = this.#endOf(value, chunk, from);
    if (value.end > 0) this.#copy(value, chunk.subarray(from, at));
    if (isOver || at < chunk.length) this.#value = null;
    return at;
  }

  /** Where the value ends in the chunk. `isOver` is false if the chunk ends first or, for a number, at what follows. */
  #endOf(value: Value, chunk: Buffer, from: number): { at: number; isOver: boolean } {
    const offset = this.#length - from;
    let { depth, lastItem } = value;
    let [inString, isEscaped, at, isOver] = [this.#inString, this.#isEscaped, from, false];
    let [charsInString, nextQuote] = [0, -1];
    for (; at < chunk.length && !isOver; at++) {
      const byte = chunk[at];
      if (inString) {
        if (++charsInString % JUMP_AFTER_BYTES === 0 && !isEscaped) {
          if (nextQuote < at) nextQuote = quoteAfter(chunk, at);
          at = Math.max(at, startOfBackslashes(chunk, nextQuote)) - 1;
        } else if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) {
          inString = false;
          isOver = depth === 0;
        }
      } else if (byte === QUOTE) {
        inString = true;
        charsInString = 0;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        // At depth 0 it closes the object around the value.
        if (depth === 0) break;
        isOver = --depth === 0;
      } else if (byte === COMMA) {
        if (depth === 0) break;
        if (depth === 1 && offset + at < value.end) lastItem = offset + at;
      }
      if (depth > MAX_NESTING && value.end > 0) throw new NotJson(`it is nested deeper than ${MAX_NESTING} levels`);
    }
    [this.#inString, this.#isEscaped] = [inString, isEscaped];
    Object.assign(value, { depth, lastItem });
    return { at, isOver };
  }

  #copy(value: Value, bytes: Buffer): void {
    const isWhole = this.#length + bytes.length <= value.end;
    const fitting = isWhole ? bytes : bytes.subarray(0, Math.max(0, value.end - this.#length - 1));
    this.#length += fitting.copy(this.#output, this.#length);
    if (!isWhole) this.#cut(value);
  }

  #cut(value: Value): void {
    if (value.closing === 0) throw new NotJson('a number has too many digits');
    const isString = value.closing === QUOTE;
    this.#length = isString ? endOfCharacter(this.#output, Math.min(this.#length, value.end - 1)) : value.lastItem;
    this.write(String.fromCharCode(value.closing));
    value.end = 0;
    this.#isCut = true;
  }

  /** Without the memory for more of a large list or map, it ends with what is there. */
  #makeRoom(value: Value, chunkBytes: number): void {
    const bytes = Math.min(chunkBytes, value.end - this.#length);
    const missing = this.#length + bytes - this.#output.length;
    if (missing > 0 && value.isLarge && !this.#reserve(this.#output.length + missing)) value.end = this.#output.length;
    else this.#grow(bytes);
  }

  #grow(bytes: number): void {
    if (this.#length + bytes <= this.#output.length) return;
    this.#output = Buffer.concat([this.#output.subarray(0, this.#length)], 2 * this.#output.length + bytes);
  }
}
