import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { errorReason, InputError } from '../../runtime/errors.ts';

/** Takes text in pieces. */
export interface OutputSink {
  write(text: string): void;
  /** Completes the output. */
  commit(): void;
  /** Discards the output. */
  discard(): void;
}

const FLUSH_THRESHOLD_CHARS = 64 * 1024;

/** A file that appears when it is complete. Throws InputError if it exists without `force`, or cannot be written. */
export function fileSink(path: string, force: boolean): OutputSink {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError('is a folder; expected the path of a file', { file: path });
  if (!force && existsSync(path)) throw new InputError('is there already; --force replaces it', { file: path });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = withPathInError(path, () => openSync(temporary, 'wx'));
  let buffered = '';
  const flush = () => {
    withPathInError(path, () => writeFileSync(file, buffered));
    buffered = '';
  };
  return {
    write(text) {
      buffered += text;
      if (buffered.length >= FLUSH_THRESHOLD_CHARS) flush();
    },
    commit() {
      flush();
      closeSync(file);
      withPathInError(path, () => renameSync(temporary, path));
    },
    discard() {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

function withPathInError<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new InputError(`cannot be written: ${errorReason(cause)}`, { file: path, cause });
  }
}
