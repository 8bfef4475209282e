import { type Certificate, readCertificates, signedBy } from '../../../src/controller/certificates/certificate.ts';
import { CertificateObjects } from '../../../src/controller/certificates/cluster-state.ts';
import type { Step } from '../../../src/controller/certificates/plan.ts';
import { dnsNames } from '../../../src/controller/certificates/runnable.ts';
import { secretText } from '../../../src/controller/certificates/secrets.ts';
import { type Expiry, SelfManaged } from '../../../src/controller/certificates/self-managed.ts';
import type { ObjectApi } from '../../../src/kube/writer/api-writer.ts';
import { asList, asObject, asString } from '../../../src/model/raw.ts';
import { recordLog } from '../../kube/client.ts';
import { FakeStore } from '../../kube/writer/fake-object-api.ts';

export const SECOND = 1_000;
export const DAY = 24 * 3_600 * SECOND;
export const LEAF_LIFE = 90 * DAY;
export const CA_LIFE = 365 * DAY;
export const PROPAGATION = 30 * SECOND;

const SECRETS = '/api/v1/namespaces/zonewise/secrets';
export const CA_SECRET = `${SECRETS}/zonewise-ca`;
export const LEAF_SECRET = `${SECRETS}/zonewise-tls`;
export const VALIDATING = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/zonewise';
export const MUTATING = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zonewise';
export const CONFIGURATIONS = [VALIDATING, MUTATING];

interface Moment {
  readonly at: number;
  readonly bundles: readonly string[];
}

/**
 * A cluster in memory with a clock that only tests move, and a record of all that API servers and serving Pods ever
 * saw.
 */
export class World {
  readonly store = new FakeStore();
  readonly leaves: { readonly at: number; readonly certificate: Certificate }[] = [];
  readonly #timeline: Moment[] = [];
  readonly #log = recordLog();
  expiry: Expiry | null = null;
  now = Date.parse('2026-07-01T00:00:00Z');
  controller: SelfManaged;

  constructor() {
    for (const path of CONFIGURATIONS) this.register(path);
    this.store.after = ({ path, object }) => {
      const [certificate] = path === LEAF_SECRET ? readCertificates(secretText(object, 'tls.crt')) : [];
      if (certificate) this.leaves.push({ at: this.now, certificate });
      this.note();
    };
    this.controller = this.start();
  }

  get messages(): readonly string[] {
    return this.#log.lines.map(({ level, message, fields }) =>
      [level, message, fields['why']].filter(Boolean).join(' '),
    );
  }

  /** Another process, whose only knowledge is the store. */
  start(store: ObjectApi = this.store): SelfManaged {
    this.controller = new SelfManaged({
      state: new CertificateObjects(store, {
        namespace: 'zonewise',
        secret: 'zonewise-tls',
        caSecret: 'zonewise-ca',
        webhooks: { validating: 'zonewise', mutating: 'zonewise' },
      }),
      names: dnsNames('zonewise', 'zonewise'),
      leafValidity: LEAF_LIFE,
      caValidity: CA_LIFE,
      propagation: PROPAGATION,
      now: () => this.now,
      monotonicClock: { now: () => this.now, monotonicMs: () => this.now, setTimer: () => () => {} },
      log: this.#log.log,
      onExpiry: expiry => {
        this.expiry = expiry;
      },
    });
    return this.controller;
  }

  /** Creates a webhook configuration like the chart's. */
  register(path: string, caBundle?: string): void {
    const clientConfig = { service: { name: 'zonewise' }, ...(caBundle === undefined ? {} : { caBundle }) };
    const webhooks = ['one', 'two'].map(name => ({ name, clientConfig, failurePolicy: 'Ignore' }));
    this.store.put(path, { kind: 'Configuration', metadata: { name: 'zonewise', labels: { a: 'b' } }, webhooks });
    this.note();
  }

  /** Reconciles until the next step is a wait. Returns the steps taken. */
  async settle(): Promise<readonly Step['do'][]> {
    const steps: Step['do'][] = [];
    for (let turn = 0; turn < 50; turn++) {
      const step = await this.controller.advance(new AbortController().signal);
      if (step.do !== 'wait') steps.push(step.do);
      else if (step.millis > PROPAGATION) return steps;
      else this.pass(step.millis);
    }
    throw new Error(`never done: ${steps.join()}`);
  }

  pass(millis: number): void {
    this.now += millis;
  }

  /** Advances the clock by this much, reconciling whenever something is due. */
  async live(millis: number): Promise<void> {
    const end = this.now + millis;
    while (this.now < end) {
      const step = await this.controller.advance(new AbortController().signal);
      if (step.do === 'wait') this.pass(Math.min(Math.max(1, step.millis), end - this.now));
    }
  }

  bundles(): readonly string[] {
    return CONFIGURATIONS.flatMap(path =>
      asList(this.store.peek(path)?.webhooks).map(webhook => {
        const caBundle = asString(asObject(asObject(webhook).clientConfig).caBundle);
        return Buffer.from(caBundle, 'base64').toString('utf8');
      }),
    );
  }

  leaf(): Certificate {
    const [leaf] = readCertificates(secretText(this.store.peek(LEAF_SECRET), 'tls.crt'));
    if (!leaf) throw new Error('there is no leaf');
    return leaf;
  }

  note(): void {
    this.#timeline.push({ at: this.now, bundles: this.bundles() });
  }

  /**
   * Every way in which an API server would have rejected a served leaf: each leaf against each caBundle in force from
   * one propagation interval before the leaf was written until it expired. The very first leaf replaces none and needs
   * no wait.
   */
  rejections(): readonly string[] {
    return this.leaves.flatMap(({ at, certificate }, index) => {
      const from = index === 0 ? at : at - PROPAGATION;
      const inForce = this.#timeline.filter((moment, place) => {
        const until = this.#timeline[place + 1]?.at ?? Number.POSITIVE_INFINITY;
        return until > from && moment.at < certificate.notAfter;
      });
      return inForce.flatMap(moment =>
        moment.bundles
          .filter(bundle => !accepts(bundle, certificate))
          .map(() => `leaf ${index} at ${moment.at - at} ms`),
      );
    });
  }
}

export function accepts(bundle: string, leaf: Certificate): boolean {
  return readCertificates(bundle).some(authority => signedBy(leaf, authority));
}
