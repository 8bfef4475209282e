import { seeded } from './random.ts';

/** A synthetic cluster, the same in every run. */
export interface ClusterSize {
  readonly nodes: number;
  readonly zones: number;
  /** All Services, those under review among them. */
  readonly services: number;
  /** All endpoints, those of the Services under review among them. */
  readonly endpoints: number;
}

/** 50 nodes carry as many endpoints of the `web-N` Services as 5,000 do, so only the nodes differ. */
export const SMALL_CLUSTER: ClusterSize = { nodes: 50, zones: 3, services: 105, endpoints: 7_500 };
export const BIG_CLUSTER: ClusterSize = { nodes: 5_000, zones: 5, services: 10_000, endpoints: 150_000 };

/** Endpoints of the Services under review, which are called `web-N`. */
export const ENDPOINT_COUNTS = [1, 15, 1_000, 5_000] as const;
export const NAMESPACE = 'shop';
/** Has an endpoint on each node. */
export const DAEMON = 'agent';

/** The output of `kubectl get nodes,services,endpointslices -A -o json`. */
export function topologyJson(size: ClusterSize): string {
  return listJson(topologyItems(size));
}

export function listJson(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** @param spec fields that all Services get in addition */
export function topologyItems(size: ClusterSize, spec: object = {}): readonly object[] {
  return [...nodes(size), ...placements(size).flatMap(({ on, ...id }) => serviceOf(id, { size, on, spec }))];
}

/** The workload of each Service in `topologyItems`: a Deployment with a replica per endpoint, a DaemonSet for the daemon. */
export function workloadItems(size: ClusterSize): readonly object[] {
  return placements(size).map(({ namespace, name, on }) => {
    const labels = { app: name };
    const isDaemon = name === DAEMON;
    return {
      apiVersion: 'apps/v1',
      kind: isDaemon ? 'DaemonSet' : 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        ...(isDaemon ? {} : { replicas: on.length }),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example/main:1' }] } },
      },
    };
  });
}

/** Nodes and one Service on nine of ten of them. */
export function oneService(
  { nodes: count, endpoints }: { readonly nodes: number; readonly endpoints: number },
  { name = 'web', ports }: { readonly name?: string; readonly ports?: readonly SlicePort[] | undefined } = {},
): readonly object[] {
  const size = { nodes: count, zones: Math.min(count, 5), services: 1, endpoints };
  const on = upTo(endpoints, i => i % Math.floor(count * 0.9));
  return [...nodes(size), ...serviceOf({ namespace: NAMESPACE, name }, { size, on, ports })];
}

interface SlicePort {
  readonly name: string;
  readonly port: number;
}

const HTTP: readonly SlicePort[] = [{ name: 'http', port: 8080 }];

function nodeName(index: number): string {
  return `node-${String(index).padStart(4, '0')}`;
}

function zoneOf(index: number, { zones }: ClusterSize): string {
  return `zone-${'abcdef'[index % zones]}`;
}

function nodes(size: ClusterSize): readonly object[] {
  return Array.from({ length: size.nodes }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName(index),
      creationTimestamp: '2026-01-05T08:00:00Z',
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': nodeName(index),
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm.2xlarge',
        'topology.kubernetes.io/region': 'region-1',
        'topology.kubernetes.io/zone': zoneOf(index, size),
      },
    },
    spec: { providerID: `cloud:///${zoneOf(index, size)}/${nodeName(index)}` },
    status: {
      allocatable: { cpu: '7910m', memory: '31Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: { kubeletVersion: 'v1.37.1', operatingSystem: 'linux', architecture: 'amd64' },
    },
  }));
}

interface Placement {
  readonly namespace: string;
  readonly name: string;
  /** Indexes of the nodes with an endpoint, one entry an endpoint. */
  readonly on: readonly number[];
}

/**
 * Of all Services. Nine nodes of ten carry the `web-N` at most: internalTrafficPolicy Local always leaves a node without an
 * endpoint of them.
 */
function placements(size: ClusterSize): readonly Placement[] {
  const carriers = Math.floor(size.nodes * 0.9);
  const webs = ENDPOINT_COUNTS.map(count => ({
    namespace: NAMESPACE,
    name: `web-${count}`,
    on: upTo(count, i => i % carriers),
  }));
  return [...webs, { namespace: NAMESPACE, name: DAEMON, on: upTo(size.nodes, i => i) }, ...others(size)];
}

/** Services besides `web-N` and the daemon. */
export function otherServices({ services }: ClusterSize): number {
  return services - ENDPOINT_COUNTS.length - 1;
}

export function otherService(index: number): { readonly namespace: string; readonly name: string } {
  return { namespace: `team-${index % 50}`, name: `service-${index}` };
}

/**
 * The rest of the cluster. Every zone has as many endpoints of a Service as every other zone, so `trafficDistribution` causes
 * no finding; the last Service takes the remainder.
 */
function others(size: ClusterSize): readonly Placement[] {
  const count = otherServices(size);
  const { zones } = size;
  const endpoints = size.endpoints - size.nodes - ENDPOINT_COUNTS.reduce((sum, each) => sum + each, 0);
  const random = seeded(6);
  const perZone = upTo(count, () => 1);
  for (let left = Math.floor(endpoints / zones) - count; left > 0; left--) {
    const lucky = Math.floor(random() * count);
    perZone[lucky] = (perZone[lucky] ?? 0) + 1;
  }
  const perZoneNodes = Math.floor(size.nodes / zones);
  return perZone.map((each, index) => {
    const total = each * zones + (index === count - 1 ? endpoints % zones : 0);
    const on = upTo(total, i => (i % zones) + zones * Math.floor(random() * perZoneNodes));
    return { ...otherService(index), on };
  });
}

interface Shape {
  readonly size: ClusterSize;
  readonly on: Placement['on'];
  readonly spec?: object | undefined;
  readonly ports?: readonly SlicePort[] | undefined;
}

/** Slices hold a hundred endpoints each, as the EndpointSlice controller fills them. */
const PER_SLICE = 100;

function serviceOf(
  { namespace, name }: ReturnType<typeof otherService>,
  { size, on, spec, ports = HTTP }: Shape,
): readonly object[] {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      ipFamilies: ['IPv4'],
      internalTrafficPolicy: 'Cluster',
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
      ...spec,
    },
  };
  const slices = upTo(Math.ceil(on.length / PER_SLICE), index => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${String(index).padStart(3, '0')}`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    ports: ports.map(port => ({ ...port, protocol: 'TCP' })),
    endpoints: on.slice(index * PER_SLICE, (index + 1) * PER_SLICE).map((node, i) => ({
      addresses: [addressOf(node, index * PER_SLICE + i)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: nodeName(node),
      zone: zoneOf(node, size),
      targetRef: { kind: 'Pod', namespace, name: `${name}-${index}-${i}` },
    })),
  }));
  return [service, ...slices];
}

/** Unique within a Service. */
function addressOf(node: number, endpoint: number): string {
  return `10.${64 + (endpoint >> 14)}.${(endpoint >> 7) & 127}.${(endpoint & 127) + (node % 2) * 128}`;
}

function upTo<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
