import type { CertificatesConfig, WebhooksConfig } from '../../config/config.ts';
import type { ObjectApi } from '../../kube/writer/api-writer.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Runnable } from '../leader/runnable.ts';
import { CertificateObjects } from './cluster-state.ts';
import { publishExistingSecret } from './existing-secret.ts';
import { reconcileLoop } from './reconcile-loop.ts';
import { type Expiry, SelfManaged } from './self-managed.ts';

export type { Expiry } from './self-managed.ts';

/** Milliseconds until every API server has seen a changed caBundle in its watch, or by a new list. */
const CA_PROPAGATION_MS = 30_000;

export interface CertificatesOptions {
  readonly store: ObjectApi;
  readonly namespace: string;
  readonly certificates: CertificatesConfig;
  readonly webhooks: WebhooksConfig;
  /** A monotonic clock. */
  readonly monotonicClock: Clock;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: () => number;
  readonly log: Log;
  readonly onExpiry: (expiry: Expiry) => void;
}

/** The leader's work in the configured certificate mode; null if another controller does it. */
export function certificatesRunnable(options: CertificatesOptions): Runnable | null {
  const { store, namespace, certificates, webhooks, monotonicClock, log } = options;
  const { secret, caSecret } = certificates;
  const state = new CertificateObjects(store, { namespace, secret, caSecret, webhooks });
  const keeper = (reconcile: (signal: AbortSignal) => Promise<number>) =>
    reconcileLoop({ clock: monotonicClock, log, reconcile });
  switch (certificates.mode) {
    case 'self-managed': {
      const managed = new SelfManaged({
        ...options,
        state,
        names: dnsNames(certificates.service, namespace),
        leafValidity: certificates.leafValidityMs,
        caValidity: certificates.caValidityMs,
        // Certificates that are valid for minutes, as in a test, cannot wait for half a minute.
        propagation: Math.min(CA_PROPAGATION_MS, certificates.leafValidityMs / 10),
      });
      return keeper(async signal => {
        const step = await managed.advance(signal);
        return step.do === 'wait' ? step.millis : 0;
      });
    }
    case 'existing-secret':
      return keeper(async signal => {
        await publishExistingSecret({ ...options, state, secret }, signal);
        return Number.POSITIVE_INFINITY;
      });
    case 'cert-manager':
      return null;
    default:
      return certificates.mode satisfies never;
  }
}

/** The API server verifies the third name; the others are for users and other clients in the cluster. */
export function dnsNames(service: string, namespace: string): readonly string[] {
  const qualified = `${service}.${namespace}`;
  return [service, qualified, `${qualified}.svc`, `${qualified}.svc.cluster.local`];
}
