import { collectDefaultMetrics, Registry } from 'prom-client';
import { type MetricFactory, metricFactory } from '../runtime/metric-factory.ts';
import { VERSION } from '../runtime/version.ts';

/**
 * Bucket bounds in seconds, equal to those of apiserver_admission_webhook_admission_duration_seconds, so that both
 * sides of a call are comparable (pkg/admission/metrics/metrics.go, k8s.io/apiserver v0.37.1).
 */
export const REVIEW_DURATION_BUCKETS_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

/** All metrics of a process. No label has values from objects, so the number of series does not grow with a cluster. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Creates the metrics of one process and their registry, `metrics.registry`. `processMetrics: false` omits Node's own
 * metrics (memory, CPU, event loop).
 */
export function createMetrics({ processMetrics = true } = {}) {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'zonewise_' });
  const make = metricFactory(registry);
  make.gauge('build_info', 'Always 1; the label is the running version.', ['version']).set({ version: VERSION }, 1);
  const collectors: (() => void)[] = [];
  const metrics = {
    registry,
    /** Registers a function that updates values before each scrape. */
    onCollect: (collector: () => void) => void collectors.push(collector),
    /** The metrics in Prometheus format, of type `registry.contentType`. */
    text: (): Promise<string> => {
      for (const collector of collectors) collector();
      return registry.metrics();
    },
    ...reviewMetrics(make),
    ...clusterMetrics(make),
    ...operationMetrics(make),
  };
  // No value until one is known: 0 would mean a certificate that expired in 1970, or current cluster data.
  metrics.certificateExpiry.remove();
  metrics.topologyAge.remove();
  metrics.configCurrent.set(1);
  return metrics;
}

function reviewMetrics(make: MetricFactory) {
  return {
    reviews: make.counter('reviews_total', 'Reviews answered.', ['webhook', 'operation', 'outcome']),
    duration: make.histogram('review_duration_seconds', 'From the arrival of the request to its answer, in seconds.', {
      labelNames: ['webhook'],
      buckets: REVIEW_DURATION_BUCKETS_SECONDS,
    }),
    findings: make.counter('findings_total', 'Findings about Services under review.', ['rule', 'level']),
    undecided: make.counter('undecided_total', 'Rules at level deny that could not be evaluated.', ['rule', 'reason']),
    ruleFailures: make.counter('rule_failures_total', 'Rules that threw: bugs in zonewise.', ['rule']),
    deadlineMisses: make.counter(
      'deadline_misses_total',
      'Reviews evaluated without endpoints: the deadline had passed.',
    ),
    reviewsOverLimit: make.counter('reviews_hurried_total', 'Reviews evaluated without Pods: too many in progress.'),
    reviewsCut: make.counter('reviews_cut_total', 'Reviews evaluated without all of a long list or text.'),
    requestsRefused: make.counter('requests_refused_total', 'Requests answered with an HTTP error.', ['reason']),
    podLookups: make.counter('pod_lookups_total', 'Pod lookups.'),
    podLookupRefusals: make.counter('pod_lookup_refusals_total', 'Pod lookups without a result.', ['reason']),
    connections: make.gauge('connections', 'Open connections of the webhook port.'),
    handshakeFailures: make.counter('tls_handshake_failures_total', 'Failed TLS handshakes.'),
    clientsRefused: make.counter('clients_refused_total', 'Connections whose client certificate has another name.'),
    connectionsDropped: make.counter('connections_dropped_total', 'Connections dropped because too many were open.'),
  } as const;
}

function clusterMetrics(make: MetricFactory) {
  return {
    topologyObjects: make.gauge('topology_objects', 'Objects held in memory.', ['resource']),
    topologyAge: make.gauge('topology_age_seconds', 'Seconds since the cluster data was last known to be current.'),
    topologyRelists: make.counter('topology_relists_total', 'Full lists after the first.', ['resource']),
    topologyWatchErrors: make.counter('topology_watch_errors_total', 'Watches or lists that failed.', ['resource']),
  } as const;
}

function operationMetrics(make: MetricFactory) {
  return {
    ready: make.gauge('ready', '1 while /readyz answers 200.'),
    certificateExpiry: make.gauge(
      'certificate_expiry_timestamp_seconds',
      'When the serving certificate expires, in seconds since the epoch.',
    ),
    certificateReloads: make.counter('certificate_reloads_total', 'Key pairs loaded after the first one.'),
    certificateReloadFailures: make.counter('certificate_reload_failures_total', 'Key pairs that were unusable.'),
    configReloads: make.counter('config_reloads_total', 'Configurations loaded after the first one.'),
    configReloadFailures: make.counter('config_reload_failures_total', 'Configurations that were invalid.'),
    configCurrent: make.gauge('config_current', '0 while the configuration file differs from the one in use, else 1.'),
  } as const;
}
