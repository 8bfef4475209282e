// Must come first: @peculiar/x509 needs it for its decorators.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const KEYS = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface Pem {
  readonly cert: string;
  readonly key: string;
}

/** A CA for one test run, which issues certificates for 127.0.0.1 and for clients. */
export async function createAuthority(): Promise<Pem & { issue(name: string): Promise<Pem> }> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...common(),
    name: 'CN=test authority',
    signingAlgorithm: KEYS,
    keys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { ...(await toPem(authority, keys.privateKey)), issue };

  async function issue(name: string): Promise<Pem> {
    const own = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.create({
      ...common(),
      subject: `CN=${name}`,
      issuer: authority.subject,
      signingAlgorithm: KEYS,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    });
    return toPem(certificate, own.privateKey);
  }
}

function common() {
  const hour = 3_600_000;
  return { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
}

async function toPem(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Pem> {
  const exported = await crypto.subtle.exportKey('pkcs8', key);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(exported, 'PRIVATE KEY') };
}
