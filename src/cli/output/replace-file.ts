import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { errorReason, InputError } from '../../runtime/errors.ts';

export interface Replacement {
  readonly name: string;
  /** The text that was read. */
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces the text of a file, with the same mode and owner. At every moment, and after a crash or a power cut, the file has
 * either the old or the new text. Throws InputError if it cannot be written or changed since it was read; it is then as it was.
 */
export function replaceFile({ name, before, after }: Replacement, roots: readonly string[]): void {
  const path = targetOf(name, roots);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeTemporary(temporary, after, statSync(path));
    if (!readFileSync(path).equals(Buffer.from(before))) throw new InputError('it changed after it was read');
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    const what = cause instanceof InputError ? cause.problem : errorReason(cause);
    throw new InputError(`not fixed: ${what}`, { file: name, cause });
  }
  syncFolder(dirname(path));
}

function writeTemporary(path: string, text: string, { mode, uid, gid }: Stats): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    setOwner(file, uid, gid);
    fchmodSync(file, mode & 0o7777);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only root can give a file away; a file of another user in a shared folder then belongs to the user who fixed it. */
function setOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

/** Makes the rename durable. Windows cannot open folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The file behind symbolic links. Throws InputError if it is not below the given paths. */
function targetOf(name: string, roots: readonly string[]): string {
  const target = realpathSync(name);
  const isInside = roots
    .map(rootOf)
    .some(root => target === root || target.startsWith(root.endsWith(sep) ? root : root + sep));
  if (isInside) return target;
  throw new InputError(`not fixed: it is a symbolic link to ${target}, outside of the given paths`, { file: name });
}

/** A given folder stands for what is in it, a given file for itself and not for what it links to. */
function rootOf(path: string): string {
  return statSync(path).isDirectory() ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
