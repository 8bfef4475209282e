import { type Certificate, type CertificateKeyPair, renewalTime, signedBy, uniqueCertificates } from './certificate.ts';
import { CA_COMMON_NAME_PREFIX } from './issue.ts';
import { type CASecret, caCertificatesIn, type LeafSecret, type SecretProblem } from './secrets.ts';
import { needsCABundle, type WebhookConfiguration } from './webhook-configuration.ts';

/** The observed state: the input of the next step, apart from the time. */
export interface ObservedState {
  readonly authority: CASecret;
  readonly leaf: LeafSecret;
  /** Only configurations that exist. */
  readonly configurations: readonly WebhookConfiguration[];
  /** Milliseconds for which the signing CA has been in every caBundle without a gap; 0 if it is missing somewhere. */
  readonly propagatedForMs: number;
}

export interface DesiredState {
  /** DNS names that the leaf must have. */
  readonly names: readonly string[];
  /** Milliseconds until every API server uses a changed caBundle. */
  readonly propagation: number;
}

export type Step =
  /** Write a new CA that signs from now on, and keep trusting the CAs still in use. */
  | { readonly do: 'make-authority'; readonly why: string; readonly trust: readonly Certificate[] }
  /** Only change the other trusted CAs in the CA's Secret. */
  | { readonly do: 'trust'; readonly why: string; readonly trust: readonly Certificate[] }
  | { readonly do: 'publish'; readonly bundle: string; readonly to: readonly WebhookConfiguration[] }
  | { readonly do: 'make-leaf'; readonly why: string; readonly authority: CertificateKeyPair }
  /** No step is due for this long, unless something changes. */
  | { readonly do: 'wait'; readonly millis: number; readonly why: string };

/** Upper bound of trusted CAs, and so of the caBundle; only repeated deletion of the Secret reaches it. */
const MAX_TRUSTED_CAS = 8;

/**
 * Returns the next step towards a leaf that every API server accepts. A CA is trusted from before its first leaf until
 * it expires, which no leaf of it outlives; its key is deleted when another CA signs.
 */
export function nextStep(observed: ObservedState, desired: DesiredState, now: number): Step {
  const { signing, previous } = observed.authority;
  const trust = trusted(observed, now);
  const unfit = caProblem(signing, now);
  if (unfit || isSecretProblem(signing))
    return { do: 'make-authority', why: unfit ?? 'missing', trust: trust.slice(0, MAX_TRUSTED_CAS) };
  const others = trust.filter(({ pem }) => pem !== signing.certificate.pem).slice(0, MAX_TRUSTED_CAS);
  if (!same(others, previous)) return { do: 'trust', why: 'the trusted CAs have changed', trust: others };
  const bundle = [signing.certificate, ...previous].map(({ pem }) => pem).join('');
  const to = observed.configurations.filter(configuration => needsCABundle(configuration, bundle));
  if (to.length > 0) return { do: 'publish', bundle, to };
  const why = leafProblem(observed, desired, now);
  if (why === null) return { do: 'wait', millis: untilRenewal(observed, now), why: 'nothing to do' };
  const wait = inUse(observed) ? desired.propagation - observed.propagatedForMs : 0;
  if (wait > 0) return { do: 'wait', millis: wait, why: 'waiting for the API servers to use the new CA bundle' };
  return { do: 'make-leaf', why, authority: signing };
}

function isSecretProblem(pair: CertificateKeyPair | SecretProblem): pair is SecretProblem {
  return typeof pair === 'string';
}

function caProblem(signing: CertificateKeyPair | SecretProblem, now: number): string | null {
  return isSecretProblem(signing) ? signing : validityProblem(signing.certificate, now);
}

function validityProblem(certificate: Certificate, now: number): string | null {
  if (now < certificate.notBefore) return 'not valid yet: the clock was ahead when it was issued';
  if (now >= certificate.notAfter) return 'expired';
  return now >= renewalTime(certificate) ? 'two thirds of its validity period are over' : null;
}

function leafProblem(
  { leaf: { leaf }, authority: { signing } }: ObservedState,
  desired: DesiredState,
  now: number,
): string | null {
  if (isSecretProblem(leaf)) return leaf;
  if (isSecretProblem(signing) || !signedBy(leaf.certificate, signing.certificate)) return 'signed by another CA';
  if (!desired.names.every(name => leaf.certificate.dnsNames.includes(name))) return 'a DNS name is missing';
  return validityProblem(leaf.certificate, now);
}

/** Returns true if a leaf may be in use, which a new leaf must not replace too early. */
function inUse({ authority: { previous }, leaf }: ObservedState): boolean {
  return previous.length > 0 || !isSecretProblem(leaf.leaf);
}

/**
 * Returns every CA that may have signed a leaf in use, newest first. Besides its own Secret it uses the CA that signed
 * the current leaf and, if that Secret is missing, zonewise's CAs from the leaf's Secret and the caBundles.
 */
function trusted({ authority, leaf: { leaf, authorities }, configurations }: ObservedState, now: number) {
  const signers = isSecretProblem(leaf) ? [] : authorities.filter(authority => signedBy(leaf.certificate, authority));
  const known = isSecretProblem(authority.signing)
    ? [...authorities, ...configurations.flatMap(({ bundles }) => bundles.flatMap(caCertificatesIn))].filter(isOurs)
    : [authority.signing.certificate];
  return uniqueCertificates([...known, ...authority.previous, ...signers])
    .filter(({ notAfter }) => now < notAfter)
    .toSorted((a, b) => b.notBefore - a.notBefore || (a.pem < b.pem ? -1 : 1));
}

function isOurs({ commonName }: Certificate): boolean {
  return commonName.startsWith(CA_COMMON_NAME_PREFIX);
}

function same(a: readonly Certificate[], b: readonly Certificate[]): boolean {
  return a.length === b.length && a.every((certificate, index) => certificate.pem === b[index]?.pem);
}

function untilRenewal({ authority: { signing, previous }, leaf: { leaf } }: ObservedState, now: number): number {
  const renewals = [signing, leaf].flatMap(pair => (isSecretProblem(pair) ? [] : [renewalTime(pair.certificate)]));
  return Math.max(0, Math.min(...renewals, ...previous.map(({ notAfter }) => notAfter)) - now);
}
