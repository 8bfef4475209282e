import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../runtime/errors.ts';
import { replaceFile } from '../output/replace-file.ts';
import type { FixedFile } from './fix.ts';

export interface WrittenFixes {
  readonly written: readonly FixedFile[];
  readonly errors: readonly InputError[];
}

/** Writes the files one by one. A file that cannot be written stays as it was. Ctrl-C ends after the current file. */
export async function writeFixes(files: readonly FixedFile[], roots: readonly string[]): Promise<WrittenFixes> {
  const written: FixedFile[] = [];
  const errors: InputError[] = [];
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  try {
    for (const file of files) {
      await setImmediate();
      if (interrupted) throw new InputError(`interrupted; ${written.length} of ${files.length} files are fixed`);
      try {
        replaceFile(file, roots);
        written.push(file);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        errors.push(error);
      }
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
  return { written, errors };
}
