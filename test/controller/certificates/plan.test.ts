import { beforeAll, describe, expect, test } from 'vitest';
import { type CertificateKeyPair, readPair } from '../../../src/controller/certificates/certificate.ts';
import { type Issued, issueCA, issueLeaf } from '../../../src/controller/certificates/issue.ts';
import { nextStep, type ObservedState, type Step } from '../../../src/controller/certificates/plan.ts';
import { readConfiguration } from '../../../src/controller/certificates/webhook-configuration.ts';
import { DAY, SECOND } from './fake-cluster.ts';

const NOW = Date.parse('2026-07-01T00:00:00Z');
const NAMES = ['zonewise.zonewise.svc'];
const WISHES = { names: NAMES, propagation: 30 * SECOND };

/** `one` signed `leafOfOne`; `two` was issued later. `one` is valid for a year, a leaf for 90 days. */
let one: CertificateKeyPair, two: CertificateKeyPair, leafOfOne: CertificateKeyPair, leafOfTwo: CertificateKeyPair;

beforeAll(async () => {
  one = pair(await issueCA({ now: NOW, validity: 365 * DAY }));
  two = pair(await issueCA({ now: NOW + DAY, validity: 1_000 * DAY }));
  leafOfOne = pair(await issueLeaf(one, NAMES, { now: NOW, validity: 90 * DAY }));
  leafOfTwo = pair(await issueLeaf(two, NAMES, { now: NOW + DAY, validity: 90 * DAY }));
});

function pair({ cert, key }: Issued): CertificateKeyPair {
  const read = readPair(cert, key);
  if (!read) throw new Error('issued what cannot be read');
  return read;
}

function configuration(name: string, ...bundles: readonly (readonly CertificateKeyPair[])[]) {
  const webhooks = bundles.map(pairs => {
    const text = pairs.map(({ certificate }) => certificate.pem).join('');
    return { clientConfig: { caBundle: Buffer.from(text).toString('base64') } };
  });
  return readConfiguration(name, { metadata: { name }, webhooks });
}

/** A valid state with `one`, apart from the given fields. */
function observedState(other: Partial<ObservedState> = {}): ObservedState {
  return {
    authority: { signing: one, previous: [] },
    leaf: { leaf: leafOfOne, authorities: [one.certificate] },
    configurations: [configuration('validating', [one], [one]), configuration('mutating', [one])],
    propagatedForMs: 0,
    ...other,
  };
}

/** The step as a short text. */
function stepText(step: Step): string {
  const trust = 'trust' in step ? step.trust.map(({ commonName }) => nameOf(commonName)).join('+') : '';
  switch (step.do) {
    case 'make-authority':
    case 'trust':
      return `${step.do} trusting ${trust || 'none'}: ${step.why}`;
    case 'publish':
      return `publish to ${step.to.map(({ path }) => path).join(' and ')}`;
    case 'make-leaf':
      return `make-leaf by ${nameOf(step.authority.certificate.commonName)}: ${step.why}`;
    case 'wait':
      return `wait ${Math.round(step.millis / SECOND)} s: ${step.why}`;
    default:
      return step satisfies never;
  }
}

function nameOf(commonName: string): string {
  return commonName === one.certificate.commonName ? 'one' : commonName === two.certificate.commonName ? 'two' : '?';
}

const onlyTwo = () => [configuration('validating', [two])];
const bothPublished = () => [configuration('validating', [two, one])];
const twoAfterOne = () => ({ signing: two, previous: [one.certificate] });
const later = (days: number) => NOW + days * DAY;

type Row = readonly [given: string, then: string, make: () => ObservedState, now?: number];

const ROWS: readonly Row[] = [
  ['a valid state', `wait ${60 * 86_400 - 100} s: nothing to do`, () => observedState()],
  [
    'an empty cluster',
    'make-authority trusting none: missing',
    () =>
      observedState({
        authority: { signing: 'missing', previous: [] },
        leaf: { leaf: 'missing', authorities: [] },
        configurations: [],
      }),
  ],
  [
    'a CA without any caBundle',
    'publish to validating and mutating',
    () =>
      observedState({
        leaf: { leaf: 'missing', authorities: [] },
        configurations: [configuration('validating', []), configuration('mutating', [])],
      }),
  ],
  [
    'one of two webhooks without caBundle',
    'publish to validating',
    () => observedState({ configurations: [configuration('validating', [one], [])] }),
  ],
  [
    'a foreign CA in the caBundle',
    'publish to validating',
    () => observedState({ configurations: [configuration('validating', [one, two])] }),
  ],
  [
    'no configuration and no leaf',
    'make-leaf by one: missing',
    () => observedState({ leaf: { leaf: 'missing', authorities: [] }, configurations: [] }),
  ],
  [
    'no leaf, and only one CA ever',
    'make-leaf by one: missing',
    () => observedState({ leaf: { leaf: 'missing', authorities: [] } }),
  ],
  [
    'no leaf, and a leaf of an earlier CA may be served',
    'wait 10 s: waiting for the API servers to use the new CA bundle',
    () =>
      observedState({
        authority: twoAfterOne(),
        leaf: { leaf: 'missing', authorities: [] },
        configurations: bothPublished(),
        propagatedForMs: 20 * SECOND,
      }),
    later(1),
  ],
  [
    'a broken leaf',
    'make-leaf by one: broken',
    () => observedState({ leaf: { leaf: 'broken', authorities: [one.certificate] } }),
  ],
  [
    'a leaf without one of the names',
    'make-leaf by one: a DNS name is missing',
    () => observedState({ leaf: { leaf: one, authorities: [one.certificate] }, propagatedForMs: DAY }),
  ],
  [
    'a leaf due for renewal',
    'make-leaf by one: two thirds of its validity period are over',
    () => observedState({ propagatedForMs: DAY }),
    later(61),
  ],
  [
    'a leaf due for renewal, and no earlier observation of the caBundles',
    'wait 30 s: waiting for the API servers to use the new CA bundle',
    () => observedState(),
    later(61),
  ],
  ['an expired leaf', 'make-leaf by one: expired', () => observedState({ propagatedForMs: DAY }), later(91)],
  [
    'a CA due for renewal',
    'make-authority trusting one: two thirds of its validity period are over',
    () => observedState(),
    later(244),
  ],
  ['an expired CA', 'make-authority trusting none: expired', () => observedState(), later(366)],
  [
    'a clock set back',
    'make-authority trusting one: not valid yet: the clock was ahead when it was issued',
    () => observedState(),
    later(-1),
  ],
  [
    'a lost CA, known from the leaf’s Secret',
    'make-authority trusting one: missing',
    () => observedState({ authority: { signing: 'missing', previous: [] }, configurations: [] }),
  ],
  [
    'both Secrets lost, with the CAs known from the caBundles',
    'make-authority trusting two+one: missing',
    () =>
      observedState({
        authority: { signing: 'missing', previous: [] },
        leaf: { leaf: 'missing', authorities: [] },
        configurations: bothPublished(),
      }),
    later(1),
  ],
  [
    'a broken CA key',
    'make-authority trusting one: broken',
    () => observedState({ authority: { signing: 'broken', previous: [one.certificate] } }),
  ],
  [
    'a new CA that no caBundle has',
    'publish to validating',
    () => observedState({ authority: twoAfterOne(), configurations: [configuration('validating', [one])] }),
    later(1),
  ],
  [
    'a new CA in the caBundles for less than the interval',
    'wait 10 s: waiting for the API servers to use the new CA bundle',
    () => observedState({ authority: twoAfterOne(), configurations: bothPublished(), propagatedForMs: 20 * SECOND }),
    later(1),
  ],
  [
    'a new CA in the caBundles for the interval',
    'make-leaf by two: signed by another CA',
    () => observedState({ authority: twoAfterOne(), configurations: bothPublished(), propagatedForMs: 30 * SECOND }),
    later(1),
  ],
  [
    'an expired earlier CA',
    'trust trusting none: the trusted CAs have changed',
    () =>
      observedState({
        authority: twoAfterOne(),
        leaf: { leaf: leafOfTwo, authorities: [two.certificate] },
        configurations: bothPublished(),
      }),
    later(365),
  ],
  [
    'an older CA restored, while a leaf of the newer one is served',
    'trust trusting two: the trusted CAs have changed',
    () => observedState({ leaf: { leaf: leafOfTwo, authorities: [two.certificate] }, configurations: onlyTwo() }),
    later(1),
  ],
  [
    'a leaf’s Secret whose ca.crt did not sign the leaf',
    'make-leaf by one: two thirds of its validity period are over',
    () => observedState({ leaf: { leaf: leafOfOne, authorities: [two.certificate] }, propagatedForMs: DAY }),
    later(61),
  ],
];

describe('the next step', () => {
  for (const [given, then, make, now = NOW] of ROWS) {
    test(`${given}: ${then}`, () => {
      expect(stepText(nextStep(make(), WISHES, now))).toBe(then);
    });
  }
});
