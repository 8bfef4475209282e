import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { CodedError, errorMessage } from '../runtime/errors.ts';
import type { TlsMaterial } from './https-app.ts';

export type CertificateErrorCode =
  /** A file is missing or empty, as before a Secret is there or filled. */
  | 'not-there'
  /** Not PEM, a key that does not match, or a certificate that cannot be parsed. */
  | 'unusable';

/** Why the files on disk cannot be served. */
export class CertificateError extends CodedError<CertificateErrorCode> {
  override readonly name = 'CertificateError';
}

/** Public facts about the certificate in use; nothing of the key. */
export interface CertificateInfo {
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly serialNumber: string;
  readonly names: string;
}

/** Loads the material as a listener would. Throws CertificateError `unusable`, which never quotes the key. */
export function inspectTlsMaterial({ cert, key, clientCA }: TlsMaterial): CertificateInfo {
  try {
    createSecureContext({ cert, key, ...(clientCA === undefined ? {} : { ca: clientCA }) });
  } catch (cause) {
    throw new CertificateError(
      'unusable',
      `certificate and key cannot be used together: ${errorMessage(cause)}`,
      cause,
    );
  }
  if (clientCA !== undefined) parseCertificate(clientCA, 'the client CA');
  const leaf = parseCertificate(cert, 'the certificate');
  return { notAfter: leaf.validToDate.getTime(), serialNumber: leaf.serialNumber, names: leaf.subjectAltName ?? '' };
}

function parseCertificate(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new CertificateError('unusable', `${what} cannot be read: ${errorMessage(cause)}`, cause);
  }
}
