import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../errors.ts';
import type { KeyPair } from '../server/throwaway-certificate.ts';

/** The pair named by --tls-cert and --tls-key, `null` where neither is given. Throws InputError. */
export function readKeyPair(certFile: string | undefined, keyFile: string | undefined): KeyPair | null {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined || keyFile === undefined) throw new InputError('--tls-cert and --tls-key go together');
  return { cert: readPem(certFile, 'CERTIFICATE'), key: readPem(keyFile, 'PRIVATE KEY') };
}

function readPem(file: string, what: string): string {
  if (!existsSync(file)) throw new InputError('no such file', { file });
  const text = readFileSync(file, 'utf8');
  if (!text.includes(`${what}-----`)) throw new InputError(`no PEM with a ${what.toLowerCase()}`, { file });
  return text;
}
