import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { CABundlePropagation } from './ca-bundle-propagation.ts';
import type { CertificateObjects, CertificateSnapshot } from './cluster-state.ts';
import { issueCA, issueLeaf } from './issue.ts';
import { nextStep, type ObservedState, type Step } from './plan.ts';
import { authorityData, leafData, readAuthoritySecret, readLeafSecret } from './secrets.ts';

/** Expiry in milliseconds since the epoch; null if there is no usable certificate. */
export interface Expiry {
  readonly leaf: number | null;
  readonly authority: number | null;
}

export interface SelfManagedOptions {
  readonly state: CertificateObjects;
  /** DNS names of the leaf. */
  readonly names: readonly string[];
  /** Durations in milliseconds. */
  readonly leafValidity: number;
  readonly caValidity: number;
  readonly propagation: number;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: () => number;
  /** A monotonic clock. */
  readonly monotonicClock: Clock;
  readonly log: Log;
  readonly onExpiry: (expiry: Expiry) => void;
}

/** Takes one step towards valid certificates; concurrent changes are handled by the next reconciliation. */
export class SelfManaged {
  readonly #options: SelfManagedOptions;
  readonly #publication = new CABundlePropagation();

  constructor(options: SelfManagedOptions) {
    this.#options = options;
  }

  /** Returns the step taken or the wait that is due. Throws ApiStatusError (409: read again) or the network's error. */
  async advance(signal: AbortSignal): Promise<Step> {
    const { state, names, propagation, now, monotonicClock } = this.#options;
    const objects = await state.read(signal);
    const authority = readAuthoritySecret(objects.authority);
    const leaf = readLeafSecret(objects.leaf);
    const propagatedForMs = this.#publication.observe(
      authority.signing,
      objects.configurations,
      monotonicClock.monotonicMs(),
    );
    const observed = { authority, leaf, configurations: objects.configurations, propagatedForMs };
    const step = nextStep(observed, { names, propagation }, now());
    this.#reportExpiry(observed);
    await this.#take(step, { objects, observed, signal });
    return step;
  }

  async #take(
    step: Step,
    at: { objects: CertificateSnapshot; observed: ObservedState; signal: AbortSignal },
  ): Promise<void> {
    const { state, names, now, caValidity, leafValidity, log } = this.#options;
    const { objects, signal } = at;
    switch (step.do) {
      case 'make-authority': {
        const made = await issueCA({ now: now(), validity: caValidity });
        await state.writeCA(objects.authority, authorityData(made, step.trust), signal);
        log(levelOf(step.why), 'new CA', { why: step.why, stillTrusted: step.trust.length });
        return;
      }
      case 'trust': {
        const { signing } = at.observed.authority;
        if (typeof signing === 'string') return;
        const kept = { cert: signing.certificate.pem, key: signing.key };
        await state.writeCA(objects.authority, authorityData(kept, step.trust), signal);
        log('info', 'trusted CAs changed', { stillTrusted: step.trust.length });
        return;
      }
      case 'publish': {
        await state.publish(step.bundle, step.to, signal);
        log('info', 'caBundle written', { configurations: step.to.map(({ path }) => path) });
        return;
      }
      case 'make-leaf': {
        const made = await issueLeaf(step.authority, names, { now: now(), validity: leafValidity });
        await state.writeLeaf(objects.leaf, leafData(made, step.authority.certificate), signal);
        log(levelOf(step.why), 'new serving certificate', { why: step.why, names });
        return;
      }
      case 'wait':
        return;
      default:
        step satisfies never;
    }
  }

  #reportExpiry({ authority: { signing }, leaf: { leaf } }: ObservedState): void {
    this.#options.onExpiry({
      leaf: typeof leaf === 'string' ? null : leaf.certificate.notAfter,
      authority: typeof signing === 'string' ? null : signing.certificate.notAfter,
    });
  }
}

/** Unexpected content of a Secret is a warning; a renewal or a missing certificate is not. */
function levelOf(why: string): 'info' | 'warn' {
  return why === 'broken' ? 'warn' : 'info';
}
