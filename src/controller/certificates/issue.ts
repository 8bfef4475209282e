import { randomBytes, webcrypto } from 'node:crypto';
import type { CertificateKeyPair } from './certificate.ts';

/** Certificate and private key as PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** Validity in milliseconds; `now` since the epoch. */
export interface ValidityPeriod {
  readonly now: number;
  readonly validity: number;
}

/** Prefix of the common name of zonewise's CAs; a random suffix makes it unique. */
export const CA_COMMON_NAME_PREFIX = 'zonewise CA';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Clock skew for which a new certificate is already valid on API servers whose clocks are behind. */
const MAX_BACKDATE_MS = 5 * 60_000;

export async function issueCA({ now, validity }: ValidityPeriod): Promise<Issued> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${CA_COMMON_NAME_PREFIX} ${serialNumber.slice(0, 8)}`,
      serialNumber,
      ...period({ now, validity }),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: `${certificate.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
}

/** Issues a server certificate; the API server verifies one of its DNS names. It expires no later than its CA. */
export async function issueLeaf(
  authority: CertificateKeyPair,
  names: readonly string[],
  term: ValidityPeriod,
): Promise<Issued> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate.pem);
  const { notBefore, notAfter } = period(term);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=zonewise',
      issuer: issuer.subject,
      serialNumber: newSerial(),
      notBefore: new Date(Math.max(notBefore.getTime(), authority.certificate.notBefore)),
      notAfter: new Date(Math.min(notAfter.getTime(), authority.certificate.notAfter)),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.key),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns', value }))),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: `${certificate.toString('pem')}\n`, key: await exportKey(keys.privateKey) };
}

/** Loaded on demand, because other modes issue no certificates. The polyfill must be imported first. */
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

function period({ now, validity }: ValidityPeriod): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now - Math.min(MAX_BACKDATE_MS, validity / 10)),
    notAfter: new Date(now + validity),
  };
}

/** A positive serial number of 16 bytes without leading zeros (RFC 5280, 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const { PemConverter } = await loadX509();
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const { PemConverter } = await loadX509();
  const [der] = PemConverter.decode(pem);
  if (!der) throw new Error('the key of the CA is not PEM');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}
