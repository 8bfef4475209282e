import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '../runtime/version.ts';

/**
 * Upper edges in seconds, those of apiserver_admission_webhook_admission_duration_seconds, so that both sides of one call
 * can be laid over each other (pkg/admission/metrics/metrics.go, k8s.io/apiserver v0.37.1).
 */
export const REVIEW_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

/** Everything that is counted. No label takes values from objects: the number of series does not grow with the cluster. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * One set of metrics with a registry of its own, for one process: `metrics.registry` is what `text()` prints.
 * `processMetrics: false` leaves out what is measured of Node itself (memory, processor, event loop).
 */
export function createMetrics({ processMetrics = true } = {}) {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'zonewise_' });
  const make = makers(registry);
  make.gauge('build_info', 'Always 1; the label says which version runs.', ['version']).set({ version: VERSION }, 1);
  const collectors: (() => void)[] = [];
  const metrics = {
    registry,
    /** Run before each reading, for what is looked up rather than counted. */
    onCollect: (collector: () => void) => void collectors.push(collector),
    /** All of it as Prometheus reads it; of the type `registry.contentType`. */
    text: (): Promise<string> => {
      for (const collector of collectors) collector();
      return registry.metrics();
    },
    ...reviewMetrics(make),
    ...clusterMetrics(make),
    ...upkeepMetrics(make),
  };
  // Without a value until there is one: 0 would read as a certificate that ended in 1970, or as a view that is current.
  metrics.certificateExpiry.remove();
  metrics.topologyAge.remove();
  metrics.configCurrent.set(1);
  return metrics;
}

function reviewMetrics(make: Makers) {
  return {
    reviews: make.counter('reviews_total', 'Reviews answered.', ['webhook', 'operation', 'outcome']),
    duration: make.histogram('review_duration_seconds', 'From when the request could be read to its answer.', [
      'webhook',
    ]),
    findings: make.counter('findings_total', 'Statements made about Services under review.', ['rule', 'level']),
    ruleFailures: make.counter('rule_failures_total', 'Rules that threw: faults of zonewise.', ['rule']),
    deadlineMisses: make.counter('deadline_misses_total', 'Reviews allowed unjudged, as their time was up.'),
    hurried: make.counter('reviews_hurried_total', 'Reviews judged without Pods: too many were under way.'),
    requestsRefused: make.counter('requests_refused_total', 'Requests answered with an HTTP error.', ['reason']),
    podLookups: make.counter('pod_lookups_total', 'Times that Pods were asked for.'),
    podLookupRefusals: make.counter('pod_lookup_refusals_total', 'Times that no Pods were had.', ['reason']),
    connections: make.gauge('connections', 'Open connections of the webhook port.'),
    handshakeFailures: make.counter('tls_handshake_failures_total', 'TLS handshakes that came to nothing.'),
    connectionsDropped: make.counter('connections_dropped_total', 'Connections refused, as too many were open.'),
  } as const;
}

function clusterMetrics(make: Makers) {
  return {
    topologyObjects: make.gauge('topology_objects', 'Objects held in memory.', ['resource']),
    topologyAge: make.gauge('topology_age_seconds', 'Since the view of the cluster was last known to be current.'),
    topologyRelists: make.counter('topology_relists_total', 'Full lists after the first.', ['resource']),
    topologyWatchErrors: make.counter('topology_watch_errors_total', 'Watches or lists that failed.', ['resource']),
  } as const;
}

function upkeepMetrics(make: Makers) {
  return {
    ready: make.gauge('ready', '1 while /readyz says yes.'),
    certificateExpiry: make.gauge(
      'certificate_expiry_timestamp_seconds',
      'When the serving certificate ends, in seconds since the epoch.',
    ),
    certificateReloads: make.counter('certificate_reloads_total', 'Key pairs put to use after the first.'),
    certificateReloadFailures: make.counter('certificate_reload_failures_total', 'Key pairs that could not be used.'),
    configReloads: make.counter('config_reloads_total', 'Configurations put to use after the first.'),
    configReloadFailures: make.counter('config_reload_failures_total', 'Configurations that could not be used.'),
    configCurrent: make.gauge('config_current', '0 while the configuration file is not the one in use, else 1.'),
  } as const;
}

type Makers = ReturnType<typeof makers>;

function makers(registry: Registry) {
  const registers = [registry];
  return {
    counter: <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
      new Counter({ name: `zonewise_${name}`, help, labelNames, registers }),
    gauge: <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
      new Gauge({ name: `zonewise_${name}`, help, labelNames, registers }),
    histogram: <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
      new Histogram({ name: `zonewise_${name}`, help, labelNames, buckets: REVIEW_BUCKETS, registers }),
  };
}
