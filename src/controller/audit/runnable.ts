import { connectCluster } from '../../cluster/live/connect.ts';
import type { Config } from '../../config/config.ts';
import type { CollectionApi } from '../../kube/writer/api-writer.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { ReportMetrics } from '../reports/metrics.ts';
import { type Audit, createAudit } from './audit.ts';
import type { AuditMetrics } from './metrics.ts';
import type { SubscriberFactory } from './subscriber.ts';

export interface AuditPartOptions {
  readonly store: CollectionApi;
  readonly kubeconfig: string | undefined;
  /** The current configuration. The listener's address, the reports and the data plane are read only once. */
  readonly config: () => Config;
  readonly namespace: string;
  /** Identifies this process in Events. */
  readonly instance: string;
  /** The local clock; only its monotonic part is read. */
  readonly monotonicClock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: AuditMetrics;
  readonly reportMetrics: ReportMetrics;
  readonly createSubscriber?: SubscriberFactory | undefined;
}

/** The audit of a live cluster, as a runnable of the leader. */
export function auditRunnable({ config, kubeconfig, monotonicClock, now, ...options }: AuditPartOptions): Audit {
  const { audit, policy } = config();
  return createAudit({
    ...options,
    connect: () => connectCluster({ kubeconfigPath: kubeconfig, stated: policy.dataPlanes, log: options.log, now }),
    policy: () => config().policy,
    debounceMs: () => config().audit.debounceMs,
    listen: audit.listen,
    reports: audit.reports.kind === 'none' ? null : { ...audit.reports, kind: audit.reports.kind },
    clock: {
      now,
      monotonicMs: () => monotonicClock.monotonicMs(),
      setTimer: (ms, run) => monotonicClock.setTimer(ms, run),
    },
  });
}
