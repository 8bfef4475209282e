import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { InputError, messageOf } from '../../runtime/errors.ts';

/** Takes text in pieces. */
export interface Sink {
  write(text: string): void;
  /** Completes the output. */
  done(): void;
  /** Discards the output. */
  abandon(): void;
}

const BUFFERED = 64 * 1024;

/** A file that appears when it is complete. Throws InputError if it exists without `force`, or cannot be written. */
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
