import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A certificate as it is judged here. Times in milliseconds since the epoch. */
export interface Certificate {
  /** Normalised: the same certificate is the same text. */
  readonly pem: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** A CA that signed itself. */
  readonly isAuthority: boolean;
  readonly x509: X509Certificate;
}

/** A certificate with its private key (PEM, PKCS 8). */
export interface Pair {
  readonly certificate: Certificate;
  readonly key: string;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a text with PEM blocks; what is none is left out. */
export function readCertificates(text: string): readonly Certificate[] {
  return (text.match(BLOCK) ?? []).flatMap(block => {
    try {
      return [describe(new X509Certificate(block))];
    } catch {
      return [];
    }
  });
}

/** The first certificate with its key; null unless both can be read and belong together. */
export function readPair(cert: string, key: string): Pair | null {
  const certificate = readCertificates(cert)[0];
  const privateKey = certificate && readKey(key);
  if (!certificate || !privateKey || !certificate.x509.checkPrivateKey(privateKey)) return null;
  return { certificate, key };
}

/** Whether a certificate may stand for another, as the API server will check it. Says nothing about time. */
export function signedBy(certificate: Certificate, authority: Certificate): boolean {
  try {
    return certificate.x509.checkIssued(authority.x509) && certificate.x509.verify(authority.x509.publicKey);
  } catch {
    return false;
  }
}

/** When to have a new one: at two thirds of its life. */
export function renewalOf({ notBefore, notAfter }: Certificate): number {
  return notBefore + ((notAfter - notBefore) * 2) / 3;
}

/** Without doubles, in the order given. */
export function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.map(certificate => [certificate.pem, certificate])).values()];
}

/** Only the curve that this controller uses: another key is somebody else's and cannot sign here. */
function readKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

function describe(x509: X509Certificate): Certificate {
  return {
    pem: x509.toString(),
    commonName: /^CN=(.*)$/m.exec(x509.subject ?? '')?.[1] ?? '',
    dnsNames: [...(x509.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(match => match[1] ?? ''),
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
    isAuthority: x509.ca && x509.checkIssued(x509),
    x509,
  };
}
