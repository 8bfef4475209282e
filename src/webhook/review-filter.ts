import type { Fields } from './review-fields.ts';
import { NotJson, SMALL_VALUE_BYTES, ValueCopier } from './value-copier.ts';

/** Longer than every name in `Fields`. */
const MAX_KEY_BYTES = 128;

const [QUOTE, COMMA, COLON, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x2c, 0x3a, 0x5c, 0x7b, 0x7d];

interface OpenObject {
  readonly fields: Fields;
  isEmpty: boolean;
}

interface Member {
  readonly name: string;
  readonly fields: Fields | number;
}

/**
 * Copies the given fields of a JSON text that arrives in chunks, and skips all others without storing them. Values above their
 * limit are cut. One pass; memory in proportion to what is copied.
 */
export class ReviewFilter {
  readonly #fields: Fields;
  readonly #values: ValueCopier;
  readonly #open: OpenObject[] = [];
  #isStarted = false;
  #key: number[] | null = null;
  #isEscaped = false;
  /** The member whose value is next: `undefined` if none is, `null` if it is skipped. */
  #member: Member | null | undefined;

  /** @param reserve asks for this many bytes of memory; false if they are in use for other reviews */
  constructor(fields: Fields, reserve: (bytes: number) => boolean) {
    this.#fields = fields;
    this.#values = new ValueCopier(reserve);
  }

  /** True if a string, list or map was cut. */
  get isCut(): boolean {
    return this.#values.isCut;
  }

  /** Throws NotJson. */
  write(chunk: Buffer): void {
    const values = this.#values;
    for (let at = 0; at < chunk.length; )
      at = values.isReading ? values.read(chunk, at) : at + this.#readByte(chunk[at] ?? 0);
  }

  /** The copied fields. Throws NotJson if the text has not ended. */
  end(): unknown {
    if (this.#open.length > 0 || !this.#isStarted) throw new NotJson('it ends too early');
    try {
      return JSON.parse(this.#values.text);
    } catch (cause) {
      throw new NotJson('it cannot be parsed', { cause });
    }
  }

  /** Reads one byte between values; returns 0 if it is the first of a value, else 1. */
  #readByte(byte: number): 0 | 1 {
    const open = this.#open.at(-1);
    if (this.#key) this.#readKey(this.#key, byte, open);
    else if (byte <= 0x20) return 1;
    else if (!open) {
      if (byte !== OPEN_OBJECT || this.#isStarted) throw new NotJson('it is not one object');
      this.#isStarted = true;
      this.#openObject(this.#fields);
    } else if (this.#member !== undefined) {
      if (byte !== COLON) return this.#startValue(this.#member, byte, open);
    } else if (byte === QUOTE) this.#key = [];
    else if (byte === CLOSE_OBJECT) {
      this.#open.pop();
      this.#values.write('}');
    } else if (byte !== COMMA) throw new NotJson('it cannot be parsed');
    return 1;
  }

  #readKey(key: number[], byte: number, open: OpenObject | undefined): void {
    if (byte === QUOTE && !this.#isEscaped) {
      const name = String.fromCharCode(...key);
      const fields = open?.fields.get(name);
      this.#member = fields === undefined ? null : { name, fields };
      this.#key = null;
      return;
    }
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    if (key.length < MAX_KEY_BYTES) key.push(byte);
  }

  #startValue(member: Member | null, byte: number, open: OpenObject): 0 | 1 {
    this.#member = undefined;
    if (member === null) {
      this.#values.start(byte, 0);
      return 0;
    }
    this.#values.write(`${open.isEmpty ? '' : ','}"${member.name}":`);
    open.isEmpty = false;
    if (typeof member.fields !== 'number' && byte === OPEN_OBJECT) {
      this.#openObject(member.fields);
      return 1;
    }
    this.#values.start(byte, typeof member.fields === 'number' ? member.fields : SMALL_VALUE_BYTES);
    return 0;
  }

  #openObject(fields: Fields): void {
    this.#open.push({ fields, isEmpty: true });
    this.#values.write('{');
  }
}
