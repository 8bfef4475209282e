import { type Certificate, distinct, type Pair, renewalOf, signedBy } from './certificate.ts';
import { AUTHORITY_NAME } from './issue.ts';
import { type Absence, type AuthoritySecret, authoritiesIn, type LeafSecret } from './secrets.ts';
import { type Configuration, lacksBundle } from './webhook-configuration.ts';

/** All that the next step depends on besides the time. */
export interface Situation {
  readonly authority: AuthoritySecret;
  readonly leaf: LeafSecret;
  /** Those that exist. */
  readonly configurations: readonly Configuration[];
  /** For how many milliseconds the signing authority is known to be in every caBundle without a break; 0 where it is not. */
  readonly publishedFor: number;
}

export interface Wishes {
  /** DNS names that the leaf must have. */
  readonly names: readonly string[];
  /** Milliseconds after which every API server verifies by a caBundle that was written. */
  readonly propagation: number;
}

export type Step =
  /** Write a new authority that signs from now on, and trust those still in use beside it. */
  | { readonly do: 'make-authority'; readonly why: string; readonly trust: readonly Certificate[] }
  /** Only change whom the authority's Secret trusts beside it. */
  | { readonly do: 'trust'; readonly why: string; readonly trust: readonly Certificate[] }
  | { readonly do: 'publish'; readonly bundle: string; readonly to: readonly Configuration[] }
  | { readonly do: 'make-leaf'; readonly why: string; readonly authority: Pair }
  /** Nothing to do for so long, unless something changes. */
  | { readonly do: 'wait'; readonly millis: number; readonly why: string };

/** Above this many the caBundle would only grow; deleting the Secret again and again leads here, nothing else. */
const MOST_TRUSTED = 8;

/**
 * The next step towards a leaf that every API server accepts. An authority is trusted from before its first leaf until
 * its own end, which no leaf of it outlives; its key is gone as soon as another signs.
 */
export function nextStep(situation: Situation, wishes: Wishes, now: number): Step {
  const { signing, previous } = situation.authority;
  const trust = trusted(situation, now);
  const unfit = unfitAuthority(signing, now);
  if (unfit || isAbsent(signing))
    return { do: 'make-authority', why: unfit ?? 'missing', trust: trust.slice(0, MOST_TRUSTED) };
  const others = trust.filter(({ pem }) => pem !== signing.certificate.pem).slice(0, MOST_TRUSTED);
  if (!same(others, previous)) return { do: 'trust', why: 'those trusted have changed', trust: others };
  const bundle = [signing.certificate, ...previous].map(({ pem }) => pem).join('');
  const to = situation.configurations.filter(configuration => lacksBundle(configuration, bundle));
  if (to.length > 0) return { do: 'publish', bundle, to };
  const why = unfitLeaf(situation, wishes, now);
  if (why === null) return { do: 'wait', millis: untilRenewal(situation, now), why: 'all is well' };
  const wait = inUse(situation) ? wishes.propagation - situation.publishedFor : 0;
  if (wait > 0) return { do: 'wait', millis: wait, why: 'API servers have to hear of the authority first' };
  return { do: 'make-leaf', why, authority: signing };
}

function isAbsent(pair: Pair | Absence): pair is Absence {
  return typeof pair === 'string';
}

function unfitAuthority(signing: Pair | Absence, now: number): string | null {
  return isAbsent(signing) ? signing : outOfTime(signing.certificate, now);
}

function outOfTime(certificate: Certificate, now: number): string | null {
  if (now < certificate.notBefore) return 'not valid yet: the clock was ahead when it was made';
  if (now >= certificate.notAfter) return 'expired';
  return now >= renewalOf(certificate) ? 'two thirds of its life are over' : null;
}

function unfitLeaf({ leaf: { leaf }, authority: { signing } }: Situation, wishes: Wishes, now: number): string | null {
  if (isAbsent(leaf)) return leaf;
  if (isAbsent(signing) || !signedBy(leaf.certificate, signing.certificate)) return 'signed by another authority';
  if (!wishes.names.every(name => leaf.certificate.dnsNames.includes(name))) return 'lacks a name';
  return outOfTime(leaf.certificate, now);
}

/** Whether a leaf may be in use somewhere, which a new one must not replace too early. */
function inUse({ authority: { previous }, leaf }: Situation): boolean {
  return previous.length > 0 || !isAbsent(leaf.leaf);
}

/**
 * Every authority that a leaf in use may come from, newest first. What its own Secret does not say is believed for the
 * sake of a leaf that is served: the authority that signed it, and, where the Secret is gone, those of ours that the
 * other Secret and the caBundles name.
 */
function trusted({ authority, leaf: { leaf, authorities }, configurations }: Situation, now: number) {
  const signers = isAbsent(leaf) ? [] : authorities.filter(authority => signedBy(leaf.certificate, authority));
  const known = isAbsent(authority.signing)
    ? [...authorities, ...configurations.flatMap(({ bundles }) => bundles.flatMap(authoritiesIn))].filter(isOurs)
    : [authority.signing.certificate];
  return distinct([...known, ...authority.previous, ...signers])
    .filter(({ notAfter }) => now < notAfter)
    .toSorted((a, b) => b.notBefore - a.notBefore || (a.pem < b.pem ? -1 : 1));
}

function isOurs({ commonName }: Certificate): boolean {
  return commonName.startsWith(AUTHORITY_NAME);
}

function same(a: readonly Certificate[], b: readonly Certificate[]): boolean {
  return a.length === b.length && a.every((certificate, index) => certificate.pem === b[index]?.pem);
}

function untilRenewal({ authority: { signing, previous }, leaf: { leaf } }: Situation, now: number): number {
  const renewals = [signing, leaf].flatMap(pair => (isAbsent(pair) ? [] : [renewalOf(pair.certificate)]));
  return Math.max(0, Math.min(...renewals, ...previous.map(({ notAfter }) => notAfter)) - now);
}
