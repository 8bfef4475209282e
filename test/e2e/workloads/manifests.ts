import { NODES_ANNOTATION } from './kubelets.ts';

export interface WorkloadSpec {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** Also the `app` label of its Pods and the name of its Service. */
  readonly name: string;
  /** One Pod per node; a DaemonSet chooses the nodes itself. */
  readonly nodes: readonly string[];
  /** Fields of the Service's spec. */
  readonly service: object;
  readonly namespace?: string;
  /** Fields of the spec. */
  readonly spec?: object;
  readonly podLabels?: object;
  /** Fields of the Pod's spec, and of its container. */
  readonly podSpec?: object;
  readonly container?: object;
}

export function workloadManifest({ kind, name, nodes, namespace = 'shop', ...changes }: WorkloadSpec) {
  const { spec = {}, podLabels = {}, podSpec = {}, container = {} } = changes;
  const labels = { app: name, track: 'stable', ...podLabels };
  const annotations = kind === 'DaemonSet' ? {} : { [NODES_ANNOTATION]: nodes.join(' ') };
  const main = {
    name: 'main',
    image: 'none',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '100m' } },
    ...container,
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: nodes.length }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      ...spec,
      template: { metadata: { labels, annotations }, spec: { containers: [main], ...podSpec } },
    },
  };
}

export function serviceManifest({ name, namespace = 'shop', service }: WorkloadSpec) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name, track: 'stable' }, ports: [{ port: 80, targetPort: 'http' }], ...service },
  };
}

export const NEAR = { trafficDistribution: 'PreferSameZone' };
export const LOCAL = { internalTrafficPolicy: 'Local' };

/** Ends of messages. */
export const ALL_REJECTED = 'leaves no endpoint, all connections are rejected [last-endpoint-lost]';
export const TO_ALL_ZONES =
  'trafficDistribution PreferSameZone sends its traffic to all zones [zone-without-endpoints]';
export const NO_ENDPOINT_THERE = 'internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]';

/** The start of kubectl's output about a denial, and the end of a denial by last-endpoint-lost. */
export const DENIED = 'admission webhook "validate-workloads.zonewise.dev" denied the request:';
export const REJECTED_AND_DENIED = `${ALL_REJECTED}; to lift this: Keep at least one Pod, or two on different nodes and a PodDisruptionBudget if nodes are drained. If the Service is no longer needed, delete it too.`;
