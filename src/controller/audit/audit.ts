import type { Policy } from '../../engine/policy.ts';
import { objectKey } from '../../model/object-key.ts';
import { RULES } from '../../rules/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { type Listener, openListener, parseListenAddress } from '../../runtime/listener.ts';
import type { Log } from '../../runtime/log.ts';
import type { TimeSource } from '../../runtime/time-slice.ts';
import { defaultStrippedReporter } from '../events/default-stripped.ts';
import { EventPlanner } from '../events/planner.ts';
import { EventPublisher } from '../events/publisher.ts';
import { buildFindingsApp } from '../findings/app.ts';
import { type ActiveFinding, FindingsStore } from '../findings/store.ts';
import type { Runnable } from '../leader/runnable.ts';
import { ReportPlanner } from '../reports/planner.ts';
import type { AuditedCluster, ConnectedCluster } from './cluster.ts';
import { AuditLoop } from './loop.ts';
import type { AuditMetrics } from './metrics.ts';
import { auditRecorder } from './recorder.ts';
import { createReportWriter, type ReportOptions, reportOnChange } from './reports.ts';
import { watchStrippedDefaults } from './stripped-defaults.ts';
import { type AuditSubscriber, notifyBoth, openSubscriber, type SubscriberFactory } from './subscriber.ts';

export interface AuditOptions extends ReportOptions {
  /** Connects to the cluster; called by the leader only. Rejects if there are no usable credentials. */
  readonly connect: () => Promise<ConnectedCluster>;
  /** The namespace in which zonewise is installed. */
  readonly namespace: string;
  /** Identifies this process in Events. */
  readonly instance: string;
  /** Read again before every pass. */
  readonly policy: () => Policy;
  readonly debounceMs: () => number;
  /** `host:port`; `''` disables the listener. */
  readonly listen: string;
  /** Opened again in every leader term. */
  readonly createSubscriber?: SubscriberFactory | undefined;
  /** Its time is in milliseconds since the epoch. */
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: AuditMetrics;
  readonly time?: TimeSource;
}

export interface Audit extends Runnable {
  /** Port of /findings; 0 while it is not served. */
  readonly port: number;
}

/** Evaluates the existing Services of a cluster continuously; results appear in /findings, Events and gauges. */
export function createAudit(options: AuditOptions): Audit {
  let listener: Listener | null = null;
  return {
    name: 'audit',
    get port() {
      return listener?.port ?? 0;
    },
    async run(signal) {
      const cluster = await options.connect();
      const over = new AbortController();
      const both = AbortSignal.any([signal, over.signal]);
      let subscriber: AuditSubscriber | null = null;
      try {
        subscriber = await openSubscriber(options.createSubscriber, cluster, options.log);
        const term = startTerm(cluster, subscriber, options);
        listener = await listen(term, options);
        const report = defaultStrippedReporter({ ...options, signal: both });
        watchStrippedDefaults({ ...options, cluster, report });
        // If one of them fails, the other must stop too.
        await Promise.all(term.parts.map(part => part.run(both).finally(() => over.abort())));
      } finally {
        options.metrics.clear();
        await Promise.all([listener?.close(), subscriber?.close(), cluster.stop()]);
        listener = null;
      }
    },
  };
}

interface LeaderTerm {
  readonly findings: FindingsStore;
  readonly planner: EventPlanner;
  readonly parts: readonly Pick<Runnable, 'run'>[];
  readonly complete: () => boolean;
}

/** Creates the state of one leader term. A later term starts from the stored state again. */
function startTerm(cluster: AuditedCluster, subscriber: AuditSubscriber | null, options: AuditOptions): LeaderTerm {
  const { metrics, log } = options;
  const reportPlanner = new ReportPlanner();
  const findings = new FindingsStore(options.reports ? reportOnChange(reportPlanner, options.clock) : undefined);
  const planner = new EventPlanner();
  const observer = auditRecorder({ ...options, cluster, findings, planner });
  const loop = new AuditLoop({ ...options, cluster, observer: notifyBoth(observer, subscriber, log) });
  const publisher = new EventPublisher({
    ...options,
    rules: RULES,
    planner,
    onPosted: posted => metrics.recordEvent(posted),
  });
  const complete = () => observer.complete;
  const reports = createReportWriter({ findings, planner: reportPlanner, isComplete: complete }, options);
  return { findings, planner, parts: [loop, publisher, ...(reports ? [reports] : [])], complete };
}

/** Null if the listener is disabled or its address is unavailable; Events and gauges work without it. */
async function listen(
  { findings, planner, complete: isComplete }: LeaderTerm,
  { listen: address, log }: AuditOptions,
): Promise<Listener | null> {
  if (address === '') return null;
  const firstSeenEarlier = ({ finding: { object, rule } }: ActiveFinding) =>
    planner.lastPublished(objectKey(object.namespace, object.name), rule)?.since ?? null;
  try {
    const { host, port } = parseListenAddress(address, 'audit.listen');
    const app = buildFindingsApp({ store: findings, isComplete, firstSeenEarlier });
    return await openListener(app, { host, ports: [port] });
  } catch (error) {
    log('error', '/findings is not served', { listen: address, error: errorMessageWithCause(error) });
    return null;
  }
}
