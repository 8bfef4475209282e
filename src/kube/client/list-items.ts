import { StreamError } from './errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Depth inside the root object's array, and inside one of its objects. */
const ITEMS_DEPTH = 2;
const ITEM_DEPTH = 3;

/**
 * Parses the objects of `items` of a Kubernetes list while its bytes arrive, so at most one of them is held as text or
 * parsed JSON. Requires `items` to be the only array directly under the root (List types of the API).
 */
export class ListItemParser {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;
  /** The chunks of the incomplete item. */
  #item: Uint8Array[] = [];
  /** The bytes outside `items`. */
  #rest: Uint8Array[] = [];

  /** Returns the items that this chunk completes. Throws StreamError `malformed-list`. */
  *push(chunk: Uint8Array): Generator<unknown> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inString) this.#stringByte(byte);
      else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) from = this.#open(chunk, { byte, at, from });
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        const ends = this.#close(byte);
        if (ends === 'items') from = at;
        if (ends === 'item') {
          this.#item.push(chunk.subarray(from, at + 1));
          from = at + 1;
          yield this.#take();
        }
      } else if (byte === COMMA && this.#inItems && this.#depth === ITEMS_DEPTH) from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** Returns the list without its items: `kind`, `metadata`. Throws StreamError `malformed-list` if it is truncated. */
  finish(): unknown {
    if (this.#depth !== 0) throw new StreamError('malformed-list', 'the list ends in the middle');
    return parse(this.#rest);
  }

  #stringByte(byte: number | undefined): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #open(chunk: Uint8Array, seen: { byte: number; at: number; from: number }): number {
    this.#depth++;
    if (this.#inItems) return this.#depth === ITEM_DEPTH ? seen.at : seen.from;
    if (seen.byte !== OPEN_ARRAY || this.#depth !== ITEMS_DEPTH) return seen.from;
    this.#rest.push(chunk.subarray(seen.from, seen.at + 1));
    this.#inItems = true;
    return seen.at + 1;
  }

  #close(byte: number): 'items' | 'item' | 'other' {
    this.#depth--;
    if (!this.#inItems) return 'other';
    if (this.#depth === ITEMS_DEPTH && byte === CLOSE_OBJECT) return 'item';
    if (this.#depth !== ITEMS_DEPTH - 1) return 'other';
    this.#inItems = false;
    return 'items';
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    if (!this.#inItems) this.#rest.push(part);
    else if (this.#depth >= ITEM_DEPTH) this.#item.push(part);
  }

  #take(): unknown {
    const item = parse(this.#item);
    this.#item = [];
    return item;
  }
}

function parse(parts: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw new StreamError('malformed-list', 'the list is not JSON', cause);
  }
}
