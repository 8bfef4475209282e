import type { AdvisorInput } from '../../src/engine/advice/advisor.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { MeasuredTraffic } from '../../src/model/measured-traffic.ts';
import type { Node } from '../../src/model/node.ts';
import type { Service } from '../../src/model/service.ts';
import type { Topology } from '../../src/model/topology.ts';
import type { Autoscaler, PodCount, Workload } from '../../src/model/workload.ts';
import { projectWorkload } from '../../src/model/workload-projection.ts';
import { DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import {
  dataPlanes,
  endpoint,
  FACTS,
  node,
  slice,
  topology,
  UNREADY,
  web,
  withAnnotations,
} from '../support/builders.ts';
import { Random } from '../upstream/random.ts';

/** One Service of a random cluster, with its workload. */
export interface AdviceInput {
  readonly service: Service;
  readonly workload: Workload;
  readonly cluster: AdvisorInput & { readonly maxLoad: number };
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const DATA_PLANES = [
  'kube-proxy',
  'kube-proxy',
  'kube-proxy',
  'ipvs',
  'cilium@1.20',
  'cilium@1.20,service-topology=true',
];

/** @param only a minor version of Kubernetes, and then kube-proxy of that version on all nodes; all by default */
export function randomAdvice(seed: number, only: number | null = null): AdviceInput {
  const random = new Random(seed);
  const anyMinor = random.pick([30, 32, 34, 37]);
  const minor = only ?? anyMinor;
  const anyNodes = randomNodes(random);
  const nodes = only === null ? anyNodes : anyNodes.map(node => ({ ...node, kubeletMinor: only }));
  const kind = random.pick(['Deployment', 'Deployment', 'Deployment', 'StatefulSet', 'DaemonSet'] as const);
  const pods = randomPods(random, nodes, kind);
  const slices = randomSlices(random, pods);
  const service = randomService(random, minor, slices.length > 1);
  const workload = randomWorkload(random, kind, pods.length);
  const anyDataPlane = random.chance(0.2) ? ASSUMED_KUBE_PROXY : dataPlanes(random.pick(DATA_PLANES));
  const facts = { ...FACTS, version: { minor }, dataPlanes: only === null ? anyDataPlane : ASSUMED_KUBE_PROXY };
  const base: Topology = {
    ...topology(nodes, slices),
    services: () => [service],
    service: () => service,
    workloads: () => [workload],
  };
  const maxLoad = random.pick([1.2, 1.5, 2, 2, 3]);
  const traffic = randomTraffic(new Random(seed + 1_000_000), nodes);
  return { service, workload, cluster: { topology: base, facts, clientNodes: DEFAULT_CLIENT_NODES, maxLoad, traffic } };
}

/** For half of the clusters, rates of some nodes or of some zones. Some are 0. */
function randomTraffic(random: Random, nodes: readonly Node[]): MeasuredTraffic | null {
  if (random.chance(0.5)) return null;
  const isByZone = random.chance(0.3);
  const names = isByZone ? ZONES : [...nodes.map(({ name }) => name), 'gone'];
  const coverage = random.pick([0.3, 0.8, 1]);
  const rates = names
    .filter(() => random.chance(coverage))
    .map(name => ({
      namespace: 'default',
      service: random.chance(0.95) ? 'web' : 'other',
      from: { kind: isByZone ? ('zone' as const) : ('node' as const), name },
      perSecond: random.pick([0, 100, 100, 250, 3_000.5, random.int(10_000)]),
    }));
  const zones = new Set(random.chance(0.5) ? [random.pick(ZONES)] : []);
  const measured = random.chance(0.2) ? { measured: { nodes: new Set(['n0', 'n1', 'n2']), zones } } : {};
  return { unit: random.pick(['bytes', 'requests']), rates, ...measured, origin: 'a test', leftOut: [] };
}

function randomNodes(random: Random): readonly Node[] {
  const zones = ZONES.slice(0, 1 + random.int(3));
  const cpus = random.pick([[4000], [2000, 4000, 8000], [0]]);
  return Array.from({ length: 2 + random.int(6) }, (_, i) =>
    node(`n${i}`, {
      zone: random.chance(0.06) ? null : random.pick(zones),
      milliCPU: random.pick(cpus),
      ready: random.chance(0.95),
      kubeletMinor: random.chance(0.1) ? 33 : 37,
      taints: random.chance(0.06)
        ? [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }]
        : [],
    }),
  );
}

function randomPods(random: Random, nodes: readonly Node[], kind: Workload['kind']): readonly Endpoint[] {
  const hosts =
    kind === 'DaemonSet'
      ? nodes.filter(() => random.chance(0.95))
      : Array.from({ length: 1 + random.int(7) }, () => random.pick(nodes));
  return hosts.map(({ name, zone }, i) =>
    endpoint(`10.0.0.${i + 1}`, name, { zone, ...(random.chance(0.05) ? UNREADY : {}) }),
  );
}

/** Sometimes with a second slice whose Pods lack one of two ports, or with hints from before. */
function randomSlices(random: Random, pods: readonly Endpoint[]): readonly EndpointSlice[] {
  const hinted = random.chance(0.2);
  const listed = pods.map(pod =>
    hinted && pod.zone !== null ? { ...pod, hints: { zones: [pod.zone], nodes: [] } } : pod,
  );
  if (pods.length < 2 || random.chance(0.85)) return [slice(listed)];
  const ports = [
    { name: 'a', protocol: 'TCP', port: 80 },
    { name: 'b', protocol: 'TCP', port: 81 },
  ];
  const at = 1 + random.int(pods.length - 1);
  return [
    slice(listed.slice(0, at), { name: 'web-1', ports }),
    slice(listed.slice(at), { name: 'web-2', ports: ports.slice(0, 1) }),
  ];
}

function randomService(random: Random, minor: number, hasTwoPorts: boolean): Service {
  const values = minor >= 34 ? ['PreferSameZone', 'PreferSameNode', 'PreferClose'] : minor >= 31 ? ['PreferClose'] : [];
  const distribution = values.length > 0 && random.chance(0.5) ? random.pick(values) : null;
  const policy = random.chance(0.15) ? 'Local' : 'Cluster';
  const service = web(
    `internalTrafficPolicy: ${policy}${distribution === null ? '' : `\ntrafficDistribution: ${distribution}`}`,
  );
  const ports = ['a', 'b'].map((name, i) => ({ ...service.ports[0], name, port: 80 + i, targetPort: name }));
  const made = hasTwoPorts ? ({ ...service, ports } as Service) : service;
  return random.chance(0.15) ? withAnnotations(made, { 'service.kubernetes.io/topology-mode': 'Auto' }) : made;
}

function randomWorkload(random: Random, kind: Workload['kind'], pods: number): Workload {
  const count = (): PodCount =>
    random.chance(0.5) ? { kind: 'count', count: random.int(4) } : { kind: 'share', share: random.pick([0.25, 0.5]) };
  const autoscaler: Autoscaler = {
    name: 'web',
    minReplicas: random.int(pods + 2),
    maxReplicas: pods + 3,
    cpuUtilization: random.pick([null, 0.5, 0.8]),
  };
  return {
    ...projectWorkload({
      kind,
      metadata: { name: 'web' },
      spec: { template: { metadata: { labels: { app: 'web' } } } },
    }),
    replicas: pods,
    rollout: {
      kind: random.weighted([
        [9, 'rolling'],
        [1, 'by-hand'],
        [0.3, 'all-at-once'],
      ] as const),
      maxUnavailable: count(),
      maxSurge: count(),
    },
    cpuRequest: 500,
    cpuLimit: random.pick([null, 500, 1000]),
    autoscaler: kind !== 'DaemonSet' && random.chance(0.5) ? autoscaler : null,
  };
}
