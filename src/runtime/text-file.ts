import { constants } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { errorReason, InputError } from './errors.ts';

/** The longest text that Node can hold. */
export const MAX_TEXT_BYTES = constants.MAX_STRING_LENGTH;

export interface TextFileOptions {
  /** The purpose of the file, for messages: `the configuration`. */
  readonly what?: string;
  /** The other kinds of path that are accepted. */
  readonly expected?: string;
  /** A larger file is an error. Default MAX_TEXT_BYTES. */
  readonly maxBytes?: number;
}

/**
 * Reads a text file: UTF-8, or UTF-16 with a byte order mark, as kubectl does. Throws InputError for a file that cannot be
 * read, and for anything that is not a file.
 */
export function readTextFile(
  path: string,
  { what, expected = 'a file', maxBytes = MAX_TEXT_BYTES }: TextFileOptions = {},
): string {
  const reject = (problem: string, cause?: unknown): never => {
    throw new InputError(what === undefined ? problem : `${what} ${problem}`, { file: path, cause });
  };
  try {
    const stats = statSync(path);
    if (!isReadable(path, stats)) reject(`is ${kindOf(stats)}; expected ${expected}`);
    const bytes = stats.size > maxBytes ? null : stats.isFile() ? readFileSync(path) : readPipe(path, maxBytes);
    if (bytes === null) return reject(`has more than ${maxBytes} bytes`);
    return decode(bytes) ?? reject('is not UTF-8 text');
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    return reject(unreadable(path, cause), cause);
  }
}

/**
 * Reads a stream such as standard input to its end, as text in the same encodings. Throws InputError if it has more than
 * `maxBytes`, without reading further, cannot be read, or is not text. `name` is that of the stream in messages.
 */
export async function readTextStream(
  chunks: AsyncIterable<Uint8Array>,
  { name, maxBytes = MAX_TEXT_BYTES }: { readonly name: string; readonly maxBytes?: number | undefined },
): Promise<string> {
  const read: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > maxBytes) throw new InputError(`${name} has more than ${maxBytes} bytes`);
      read.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof InputError ? cause : new InputError(`${name} ${unreadable('-', cause)}`, { cause });
  }
  const text = decode(Buffer.concat(read));
  if (text === null) throw new InputError(`${name} is not UTF-8 text`);
  return text;
}

const CHUNK_BYTES = 64 * 1024;

/** The bytes of a pipe, whose size is not known before; `null` if there are more than `maxBytes`. */
function readPipe(path: string, maxBytes: number): Buffer | null {
  const fd = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(fd, chunk);
      if (length === 0) return Buffer.concat(chunks);
      size += length;
      if (size > maxBytes) return null;
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}

/** Why a path cannot be read. */
export function unreadable(path: string, cause: unknown): string {
  const isUrl = /^https?:\/\//i.test(path);
  return `cannot be read: ${errorReason(cause)}${isUrl ? '; download it first, only files are read' : ''}`;
}

/** A named pipe without a writer would block, and a device may be endless. `<(command)` is a pipe in /dev/fd. */
function isReadable(path: string, stats: Stats): boolean {
  return stats.isFile() || (stats.isFIFO() && /^\/(dev|proc)\//.test(path));
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}

/** `null` for bytes that are not text. */
function decode(bytes: Buffer): string | null {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}
