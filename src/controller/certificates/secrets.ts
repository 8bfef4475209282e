import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import { type Certificate, type CertificateKeyPair, readCertificates, readPair } from './certificate.ts';
import type { Issued } from './issue.ts';

/** Why a Secret has no usable pair. */
export type SecretProblem = 'missing' | 'broken';

/** The Secret of the CA: `ca.crt`, `ca.key`, and `previous.crt` with CAs that are only trusted. */
export interface CASecret {
  readonly signing: CertificateKeyPair | SecretProblem;
  /** CAs besides the signing one; if that one is broken, all readable CAs. */
  readonly previous: readonly Certificate[];
}

/** The Secret that serving Pods mount: `tls.crt`, `tls.key`, `ca.crt`. */
export interface LeafSecret {
  readonly leaf: CertificateKeyPair | SecretProblem;
  /** The CAs of `ca.crt`. */
  readonly authorities: readonly Certificate[];
}

/** Text of the fields, not base64-encoded. */
export type SecretData = Readonly<Record<string, string>>;

export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

const LABELS = { 'app.kubernetes.io/name': 'zonewise', 'app.kubernetes.io/managed-by': 'zonewise-controller' };

export function readAuthoritySecret(secret: ApiObject | null): CASecret {
  if (!secret) return { signing: 'missing', previous: [] };
  const pair = readPair(secretText(secret, 'ca.crt'), secretText(secret, 'ca.key'));
  const previous = caCertificatesIn(secretText(secret, 'previous.crt'));
  if (pair?.certificate.isCA) return { signing: pair, previous };
  return { signing: 'broken', previous: [...caCertificatesIn(secretText(secret, 'ca.crt')), ...previous] };
}

export function readLeafSecret(secret: ApiObject | null): LeafSecret {
  if (!secret) return { leaf: 'missing', authorities: [] };
  const leaf = readPair(secretText(secret, 'tls.crt'), secretText(secret, 'tls.key')) ?? 'broken';
  return { leaf, authorities: caCertificatesIn(secretText(secret, 'ca.crt')) };
}

export function caCertificatesIn(pem: string): readonly Certificate[] {
  return readCertificates(pem).filter(certificate => certificate.isCA);
}

export function authorityData(signing: Issued, previous: readonly Certificate[]): SecretData {
  return { 'ca.crt': signing.cert, 'ca.key': signing.key, 'previous.crt': previous.map(({ pem }) => pem).join('') };
}

export function leafData(leaf: Issued, authority: Certificate): SecretData {
  return { 'tls.crt': leaf.cert, 'tls.key': leaf.key, 'ca.crt': authority.pem };
}

export function newSecret({ namespace, name }: SecretName, type: 'Opaque' | 'kubernetes.io/tls'): ApiObject {
  return { apiVersion: 'v1', kind: 'Secret', type, metadata: { namespace, name, labels: LABELS } };
}

/** The Secret with some fields set; everything else is kept. */
export function withData(secret: ApiObject, data: SecretData): ApiObject {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { ...secret, data: { ...asObject(secret.data), ...Object.fromEntries(encoded) } };
}

/** A field of a Secret; `''` if it is missing. */
export function secretText(secret: ApiObject | null, field: string): string {
  return Buffer.from(asString(asObject(secret?.data)[field]), 'base64').toString('utf8');
}
