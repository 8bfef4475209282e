import type { Exposed, Labels, Target } from './exporter.ts';

const AMBIENT = { cluster: 'ambient' };
const SIDECAR = { cluster: 'sidecar' };
/** Its sources have only zones. */
const ZONES = { cluster: 'zones' };

/** Scrape targets of three clusters. Proxies have a label `node`, a series in kube-state-metrics (those on n2), or neither. */
export const TARGETS: readonly Target[] = [
  proxy('ztunnel-1', { ...AMBIENT, pod: 'ztunnel-1', node: 'n1' }, [
    ...tcp('web', { source_zone: 'zone-a' }, 1000),
    ...tcp('api', { source_zone: 'zone-a' }, 10),
    // Not a Service of the cluster, and a server's own report of the same traffic.
    ...tcp('web', { destination_service: 'db.example', destination_service_namespace: 'shop' }, 500),
    ...tcp('web', { reporter: 'destination' }, 500),
  ]),
  proxy('ztunnel-2', { ...AMBIENT, pod: 'ztunnel-2' }, tcp('web', { source_zone: 'zone-a' }, 200)),
  proxy('ztunnel-3', { ...AMBIENT, pod: 'ztunnel-3' }, tcp('web', { source_zone: 'zone-b' }, 30)),
  proxy('ztunnel-4', { ...ZONES, pod: 'ztunnel-4' }, tcp('web', { source_zone: 'zone-a' }, 300)),
  proxy('ztunnel-5', { ...ZONES, pod: 'ztunnel-5' }, tcp('api', { source_zone: 'zone-b' }, 40)),
  // Two clients on n1.
  proxy('sidecar-1', { ...SIDECAR, pod: 'client-1', node: 'n1' }, [...http('web', 5, 4000), ...tcp('web', {}, 100)]),
  proxy('sidecar-2', { ...SIDECAR, pod: 'client-2', node: 'n1' }, http('web', 1, 500)),
  proxy('sidecar-3', { ...SIDECAR, pod: 'client-3' }, http('web', 2, 300)),
  proxy('sidecar-4', { ...SIDECAR, pod: 'client-4' }, http('web', 3, 60)),
  stateMetrics('state-metrics-ambient', AMBIENT, 'ztunnel-2'),
  stateMetrics('state-metrics-sidecar', SIDECAR, 'client-3'),
  stateMetrics('state-metrics-zones', ZONES, 'other'),
  retina('retina-1', { ...AMBIENT, instance: 'n1' }, 'zone-a', 600),
  // As the Prometheus Operator labels it: `instance` is the address of the Pod.
  retina('retina-3', ZONES, 'zone-b', 60),
  ...['obi', 'beyla'].flatMap(name => {
    const metric = `${name}_network_flow_bytes_total`;
    return [
      { name, labels: AMBIENT, exposed: networkFlows(metric, { k8s_src_node_name: 'n1' }, [800, 8]) },
      { name: `${name}-zones`, labels: ZONES, exposed: networkFlows(metric, { src_zone: 'zone-b' }, [90]) },
    ];
  }),
];

function proxy(name: string, labels: Labels, exposed: readonly Exposed[]): Target {
  return { name, labels: { namespace: 'mesh', ...labels }, exposed };
}

/** The labels that matter of istio/ztunnel src/proxy/metrics.rs. */
function tcp(service: string, labels: Labels, perSecond: number): readonly Exposed[] {
  const all = { ...istioLabels(service), request_protocol: 'tcp', ...labels };
  return [
    { metric: 'istio_tcp_received_bytes_total', labels: all, perSecond },
    { metric: 'istio_tcp_sent_bytes_total', labels: all, perSecond: perSecond * 50 },
  ];
}

function http(service: string, requests: number, bytes: number): readonly Exposed[] {
  const labels = { ...istioLabels(service), request_protocol: 'http', response_code: '200' };
  return [
    { metric: 'istio_requests_total', labels, perSecond: requests },
    { metric: 'istio_request_bytes_sum', labels, perSecond: bytes },
    { metric: 'istio_request_bytes_count', labels, perSecond: requests },
  ];
}

function istioLabels(service: string): Labels {
  return {
    reporter: 'source',
    source_workload: 'client',
    source_workload_namespace: 'shop',
    destination_service: `${service}.shop.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: 'shop',
  };
}

/** kubernetes/kube-state-metrics docs/metrics: one Pod on n2, a Service with and one without a ClusterIP. */
function stateMetrics(name: string, labels: Labels, pod: string): Target {
  const service = (serviceName: string, ip: string): Exposed => ({
    metric: 'kube_service_info',
    labels: { namespace: 'shop', service: serviceName, uid: serviceName, cluster_ip: ip },
  });
  const info = {
    metric: 'kube_pod_info',
    labels: { namespace: 'mesh', pod, node: 'n2', uid: pod, pod_ip: '10.1.2.3' },
  };
  return {
    name,
    labels,
    exposed: [info, service('web', '10.96.0.10'), service('headless', 'None'), service('other-headless', 'None')],
  };
}

/** microsoft/retina docs/03-Metrics, with the context options ip and zone. */
function retina(name: string, labels: Labels, zone: string, perSecond: number): Target {
  const sent = (direction: string, destination: string, rate: number): Exposed => ({
    metric: 'networkobservability_adv_forward_bytes',
    labels: { direction, source_ip: '10.1.0.9', source_zone: zone, destination_ip: destination },
    perSecond: rate,
  });
  // To the ClusterIP, to a Pod, and the answer.
  return {
    name,
    labels: { namespace: 'kube-system', pod: name, ...labels },
    exposed: [
      sent('EGRESS', '10.96.0.10', perSecond),
      sent('EGRESS', '10.1.0.7', 500),
      sent('INGRESS', '10.96.0.10', 500),
    ],
  };
}

/** docs/sources/network of grafana/beyla, with k8s.src.node.name or src.zone selected: flows of several clients. */
function networkFlows(metric: string, source: Labels, perSecond: readonly number[]): readonly Exposed[] {
  const flow = (type: string, labels: Labels, rate: number): Exposed => ({
    metric,
    labels: { k8s_dst_owner_name: 'web', k8s_dst_owner_type: type, k8s_dst_namespace: 'shop', ...labels },
    perSecond: rate,
  });
  return [
    ...perSecond.map((rate, i) => flow('Service', { ...source, k8s_src_owner_name: `client-${i}` }, rate)),
    flow('Service', { k8s_src_owner_name: 'outside' }, 4),
    flow('Deployment', source, 99),
  ];
}
