import { webcrypto } from 'node:crypto';

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

const VALIDITY_MS = 24 * 3600 * 1000;

/** A self-signed certificate for loopback, valid for one day. It is for trying zonewise out, not for clusters. */
export async function selfSignedCertificate(now: number): Promise<KeyPair> {
  // Loaded on demand: with a given certificate it is not needed.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=zonewise (self-signed)',
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + VALIDITY_MS),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
        ]),
      ],
    },
    webcrypto,
  );
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: certificate.toString('pem'), key };
}
