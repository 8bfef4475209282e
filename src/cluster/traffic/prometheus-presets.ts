import type { TrafficUnit } from '../../model/measured-traffic.ts';

/** Which labels of a result name what. At least one of `node` and `zone` is set; zones are used if no series has a node. */
export interface TrafficLabels {
  readonly service: string;
  readonly namespace: string;
  readonly node?: string;
  readonly zone?: string;
}

export interface PresetRange {
  /** A duration of PromQL, such as `1h`. */
  readonly window: string;
  /** More label matchers for every metric, such as `cluster="prod"`; `''` for none. */
  readonly matchers: string;
}

/** A query for the metrics of one exporter. */
export interface Preset {
  readonly unit: TrafficUnit;
  /** The metrics that must exist. */
  readonly metrics: readonly string[];
  readonly labels: TrafficLabels;
  readonly query: (range: PresetRange) => string;
}

export type PresetName =
  | 'istio-ztunnel'
  | 'istio-sidecar-bytes'
  | 'istio-sidecar-requests'
  | 'retina'
  | 'obi'
  | 'beyla';

/** Traffic to a Service of the cluster, whose host name is `NAME.NAMESPACE.svc.DOMAIN`, as the proxy of the client reports it. */
const ISTIO_MATCHERS = String.raw`reporter="source",destination_service=~"[^.]+\\.[^.]+\\.svc\\..+"`;
const ISTIO_LABELS = {
  service: 'destination_service_name',
  namespace: 'destination_service_namespace',
  node: 'node',
  zone: 'source_zone',
} as const;

/** Presets by name. docs/prometheus.md describes what each needs and the direction of its traffic. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  // istio/ztunnel src/proxy/metrics.rs and src/copy.rs, 1.31: received is what the client sends, sent is the response.
  'istio-ztunnel': istio('bytes', ['istio_tcp_received_bytes_total']),
  // istio.io/latest/docs/reference/config/metrics: TCP bytes, and the bodies of HTTP requests without their headers.
  'istio-sidecar-bytes': istio('bytes', ['istio_tcp_received_bytes_total', 'istio_request_bytes_sum']),
  'istio-sidecar-requests': istio('requests', ['istio_requests_total']),
  // microsoft/retina pkg/module/metrics/{forward,types}.go, main of August 2026. The packets that a Pod sends to a ClusterIP are
  // seen on its own node, before kube-proxy replaces the address.
  retina: {
    unit: 'bytes',
    metrics: ['networkobservability_adv_forward_bytes', 'kube_service_info'],
    labels: { service: 'service', namespace: 'namespace', node: 'instance', zone: 'source_zone' },
    query: ({ window, matchers }) => {
      const sent = rates(['networkobservability_adv_forward_bytes'], ['direction=~"(?i)egress"', matchers], window);
      const services = selector('kube_service_info', ['cluster_ip=~".*[.:].*"', matchers]);
      return (
        `sum by (service, namespace, instance, source_zone) (` +
        `label_replace(${sent}, "cluster_ip", "$1", "destination_ip", "(.+)")` +
        ` * on (cluster_ip) group_left (service, namespace) max by (cluster_ip, service, namespace) (${services}))`
      );
    },
  },
  obi: networkFlows('obi_network_flow_bytes_total'),
  beyla: networkFlows('beyla_network_flow_bytes_total'),
};

/**
 * The proxy that reports is on the node of the client. Its node is the label `node` of the scrape, else that of its Pod in
 * kube-state-metrics.
 */
function istio(unit: TrafficUnit, metrics: readonly string[]): Preset {
  return {
    unit,
    metrics,
    labels: ISTIO_LABELS,
    query: ({ window, matchers }) => {
      const labelled = rates(metrics, [ISTIO_MATCHERS, 'node!=""', matchers], window);
      const others = rates(metrics, [ISTIO_MATCHERS, 'node=""', matchers], window);
      const pods = `max by (namespace, pod, node) (${selector('kube_pod_info', [matchers])})`;
      const { service, namespace, node, zone } = ISTIO_LABELS;
      return (
        `sum by (${service}, ${namespace}, ${node}, ${zone}) (${labelled}` +
        ` or ${others} * on (namespace, pod) group_left (node) ${pods}` +
        ` or ${others} unless on (namespace, pod) ${pods})`
      );
    },
  };
}

/**
 * open-telemetry/opentelemetry-ebpf-instrumentation pkg/export/attributes and pkg/internal/netolly/transform/k8s. A flow with
 * a Service as destination is one to its ClusterIP; the answers have it as source.
 */
function networkFlows(metric: string): Preset {
  const labels = {
    service: 'k8s_dst_owner_name',
    namespace: 'k8s_dst_namespace',
    node: 'k8s_src_node_name',
    zone: 'src_zone',
  };
  return {
    unit: 'bytes',
    metrics: [metric],
    labels,
    query: ({ window, matchers }) =>
      `sum by (${Object.values(labels).join(', ')}) (${rates([metric], ['k8s_dst_owner_type="Service"', matchers], window)})`,
  };
}

/** The rates of all the metrics. A label with the name of the metric keeps series apart that differ in nothing else. */
function rates(metrics: readonly string[], matchers: readonly string[], window: string): string {
  const each = metrics.map(metric => `rate(${selector(metric, matchers)}[${window}])`);
  if (each.length === 1) return each.join('');
  return `(${each.map((one, i) => `label_replace(${one}, "metric", "${metrics[i]}", "", "")`).join(' or ')})`;
}

function selector(metric: string, matchers: readonly string[]): string {
  const all = matchers.filter(text => text !== '').join(',');
  return all === '' ? metric : `${metric}{${all}}`;
}
