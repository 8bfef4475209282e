import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../../runtime/errors.ts';
import { readTextFile } from '../../runtime/text-file.ts';

export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/**
 * The paths of --tls-cert and --tls-key, `null` without them. Missing or empty files are allowed, because a Secret may be
 * created later. Throws InputError for a missing folder or a file of another kind.
 */
export function parseTlsFlags(cert: string | undefined, key: string | undefined): TlsPaths | null {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new InputError('--tls-cert and --tls-key go together');
  rejectOtherPem(cert, 'CERTIFICATE');
  rejectOtherPem(key, 'PRIVATE KEY');
  return { cert, key };
}

function rejectOtherPem(file: string, what: string): void {
  // The folder is the mount point of the Secret, which exists from the start.
  if (!existsSync(dirname(file))) throw new InputError('cannot be read: no such file or folder', { file });
  const text = existsSync(file) ? readTextFile(file, { expected: `a PEM file with a ${what.toLowerCase()}` }) : '';
  if (text.trim() !== '' && !text.includes(`${what}-----`)) {
    throw new InputError(`no PEM with a ${what.toLowerCase()}`, { file });
  }
}
