import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../../runtime/errors.ts';

export interface KeyPairPaths {
  readonly cert: string;
  readonly key: string;
}

/**
 * Where --tls-cert and --tls-key point, `null` where neither is given. A Secret may be made, and filled, after the process
 * has started: files that are missing or empty are waited for. Throws InputError for what no Secret brings about, a folder
 * that is not there or a file of another kind.
 */
export function keyPairPaths(cert: string | undefined, key: string | undefined): KeyPairPaths | null {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new InputError('--tls-cert and --tls-key go together');
  refuseStranger(cert, 'CERTIFICATE');
  refuseStranger(key, 'PRIVATE KEY');
  return { cert, key };
}

function refuseStranger(file: string, what: string): void {
  // The folder is where a Secret is mounted: it is there from the start, whatever becomes of the Secret.
  if (!existsSync(dirname(file))) throw new InputError('no such file', { file });
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.trim() !== '' && !text.includes(`${what}-----`)) {
    throw new InputError(`no PEM with a ${what.toLowerCase()}`, { file });
  }
}
