import { readFileSync, type Stats, statSync } from 'node:fs';
import { errorReason, InputError } from './errors.ts';

export interface TextFileOptions {
  /** The purpose of the file, for messages: `the configuration`. */
  readonly what?: string;
  /** The other kinds of path that are accepted. */
  readonly expected?: string;
  /** A larger file is an error. */
  readonly maxBytes?: number;
}

/**
 * Reads a text file: UTF-8, or UTF-16 with a byte order mark, as kubectl does. Throws InputError for a file that cannot be
 * read, and for anything that is not a file.
 */
export function readTextFile(
  path: string,
  { what, expected = 'a file', maxBytes = Number.POSITIVE_INFINITY }: TextFileOptions = {},
): string {
  const reject = (problem: string, cause?: unknown): never => {
    throw new InputError(what === undefined ? problem : `${what} ${problem}`, { file: path, cause });
  };
  try {
    const stats = statSync(path);
    if (!isReadable(path, stats)) reject(`is ${kindOf(stats)}; expected ${expected}`);
    if (stats.size > maxBytes) reject(`has more than ${maxBytes} bytes`);
    return decode(readFileSync(path)) ?? reject('is not UTF-8 text');
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    return reject(unreadable(path, cause), cause);
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
