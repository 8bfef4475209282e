import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A parsed certificate. Times are in milliseconds since the epoch. */
export interface Certificate {
  /** Normalised: equal certificates have equal text. */
  readonly pem: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** True for a self-signed CA. */
  readonly isCA: boolean;
  readonly x509: X509Certificate;
}

/** A certificate with its private key (PEM, PKCS 8). */
export interface CertificateKeyPair {
  readonly certificate: Certificate;
  readonly key: string;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Parses the certificates of a text with PEM blocks and skips invalid blocks. */
export function readCertificates(text: string): readonly Certificate[] {
  return (text.match(BLOCK) ?? []).flatMap(block => {
    try {
      return [toCertificate(new X509Certificate(block))];
    } catch {
      return [];
    }
  });
}

/** The first certificate and its key; null unless both are readable and match. */
export function readPair(cert: string, key: string): CertificateKeyPair | null {
  const certificate = readCertificates(cert)[0];
  const privateKey = certificate && readKey(key);
  if (!certificate || !privateKey || !certificate.x509.checkPrivateKey(privateKey)) return null;
  return { certificate, key };
}

/** Returns true if `authority` issued the certificate, by the API server's checks. Validity periods are ignored. */
export function signedBy(certificate: Certificate, authority: Certificate): boolean {
  try {
    return certificate.x509.checkIssued(authority.x509) && certificate.x509.verify(authority.x509.publicKey);
  } catch {
    return false;
  }
}

/** The renewal time, at two thirds of the validity period. */
export function renewalTime({ notBefore, notAfter }: Certificate): number {
  return notBefore + ((notAfter - notBefore) * 2) / 3;
}

/** Removes duplicates and keeps the order. */
export function uniqueCertificates(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.map(certificate => [certificate.pem, certificate])).values()];
}

/** Accepts only the curve that this controller uses. Other keys are not zonewise's and cannot sign here. */
function readKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

function toCertificate(x509: X509Certificate): Certificate {
  return {
    pem: x509.toString(),
    commonName: /^CN=(.*)$/m.exec(x509.subject ?? '')?.[1] ?? '',
    dnsNames: [...(x509.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(match => match[1] ?? ''),
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
    isCA: x509.ca && x509.checkIssued(x509),
    x509,
  };
}
