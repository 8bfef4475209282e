import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import type { DataPlanes } from '../../src/model/data-plane.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import { parseStatement } from '../../src/model/data-plane-text.ts';
import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/projection.ts';
import type { Service } from '../../src/model/service.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { withStatements } from '../../src/topology/data-plane.ts';
import { generateCluster, moveOn } from '../upstream/generate/cluster.ts';
import type { RawService, RawSlice } from '../upstream/generate/objects.ts';
import { CONTROLLER, MANAGED_BY, SERVICE_NAME } from '../upstream/generate/objects.ts';
import { Random } from '../upstream/random.ts';

/** A random cluster with its data plane, and the Services in it. */
export interface RandomCase {
  readonly seed: number;
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly facts: ClusterFacts;
}

const DATA_PLANES: readonly string[] = [
  'kube-proxy',
  'ipvs',
  'cilium@1.20',
  'cilium@1.20,service-topology=true',
  'cilium@1.18,service-topology=true',
  'cilium@1.19,kube-proxy-replacement=false',
  'calico-ebpf',
  'antrea',
];

function randomDataPlanes(random: Random): DataPlanes {
  if (random.chance(0.2)) return ASSUMED_KUBE_PROXY;
  const statement = parseStatement(random.pick(DATA_PLANES));
  if (!('candidates' in statement)) throw new Error(`not a data plane: ${JSON.stringify(statement)}`);
  return withStatements([statement], ASSUMED_KUBE_PROXY);
}

const SETTINGS = {
  dns: 'external-dns.alpha.kubernetes.io/hostname',
  clients: 'zonewise.dev/client-nodes',
  exclude: 'node.kubernetes.io/exclude-from-external-load-balancers',
  zone: 'topology.kubernetes.io/zone',
};

export function randomCase(seed: number): RandomCase {
  const random = new Random(seed);
  const minor = random.pick([31, 33, 34, 36, 37]);
  const cluster = generateCluster(random, minor);
  if (random.chance(0.3)) moveOn(random, cluster);
  for (const { metadata, spec } of cluster.services) {
    const annotations: Record<string, string> = { ...metadata.annotations };
    if (random.chance(0.1)) annotations[SETTINGS.dns] = 'web.example.org';
    if (random.chance(0.1)) annotations[SETTINGS.clients] = `${SETTINGS.zone}=zone-a`;
    if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    if (spec.selector && random.chance(0.05)) spec.selector = { 'statefulset.kubernetes.io/pod-name': 'web-0' };
  }
  for (const slice of cluster.slices) nameAsTheController(slice, cluster.services);
  for (const { metadata } of cluster.nodes)
    if (random.chance(0.1)) metadata.labels[SETTINGS.exclude] = random.pick(['false', 'true', '']);
  return {
    seed,
    nodes: cluster.nodes.map(projectNode),
    services: cluster.services.map(raw => applyApiDefaults(projectService(raw))),
    slices: cluster.slices.map(projectEndpointSlice),
    facts: {
      version: { minor },
      dataPlanes: randomDataPlanes(random),
      now: Date.parse('2026-06-01T12:00:00Z'),
      topologyAgeSeconds: 0,
    },
  };
}

/** The generator leaves out names of ports, which the EndpointSlice controller never does. */
function nameAsTheController(slice: RawSlice, services: readonly RawService[]): void {
  const service = services.find(({ metadata }) => metadata.name === slice.metadata.labels[SERVICE_NAME]);
  if (slice.metadata.labels[MANAGED_BY] !== CONTROLLER || !service?.spec.selector) return;
  for (const [i, port] of slice.ports.entries()) port.name ||= service.spec.ports?.[i]?.name ?? '';
}
