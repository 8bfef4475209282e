import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { InputError, messageOf } from '../../runtime/errors.ts';

/** Where text goes, piece by piece. */
export interface Sink {
  write(text: string): void;
  /** All of it is written. */
  done(): void;
  /** There will be no more, and what there is is worth nothing. */
  abandon(): void;
}

const BUFFERED = 64 * 1024;

/**
 * A file that is there when all of it is written, and not before. Throws InputError where there is one already and `force` is
 * not given, or where it cannot be written.
 */
export function fileSink(path: string, force: boolean): Sink {
  if (!force && existsSync(path)) throw new InputError('is there already; --force replaces it', { file: path });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = told(path, () => openSync(temporary, 'wx'));
  let buffered = '';
  const flush = () => {
    told(path, () => writeFileSync(file, buffered));
    buffered = '';
  };
  return {
    write(text) {
      buffered += text;
      if (buffered.length >= BUFFERED) flush();
    },
    done() {
      flush();
      closeSync(file);
      told(path, () => renameSync(temporary, path));
    },
    abandon() {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

function told<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new InputError(`cannot be written: ${messageOf(cause)}`, { file: path, cause });
  }
}
