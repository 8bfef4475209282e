import { randomHints } from '../upstream/generate/hints.ts';
import { generateNodes } from '../upstream/generate/nodes.ts';
import type { Labels, RawCluster, RawService, RawSlice } from '../upstream/generate/objects.ts';
import { PROXY_NAME } from '../upstream/generate/objects.ts';
import { generateService } from '../upstream/generate/services.ts';
import { generateSlices } from '../upstream/generate/slices.ts';
import type { Random } from '../upstream/random.ts';

/** Services per cluster: an agent takes the time of a few to start. */
const SERVICES = 25;
/** The newest: Cilium takes what its API server stores. */
const KUBERNETES_MINOR = 37;
const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const EXPOSED_NODE = 'service.cilium.io/node';

/** Nodes as for the comparison with kube-proxy, and many Services, each with addresses of its own. */
export function generateCluster(random: Random): RawCluster {
  const zones = ZONES.slice(0, random.pick([1, 2, 2, 3]));
  const nodes = generateNodes(random, zones, { minor: KUBERNETES_MINOR, tidy: random.chance(0.3) });
  for (const { metadata } of nodes) if (random.chance(0.4)) metadata.labels[EXPOSED_NODE] = random.pick(['a', 'b']);
  const cluster: RawCluster = { nodes, services: [], slices: [] };
  for (let i = 0; i < SERVICES; i++) {
    const service = generateService(random, i, KUBERNETES_MINOR);
    ownAddresses(service, i);
    settings(random, service);
    const slices = generateSlices(random, service, { nodes, minor: KUBERNETES_MINOR });
    if (random.chance(0.7)) hint(random, slices);
    else randomHints(random, slices, { nodes, zones, minor: KUBERNETES_MINOR });
    tidySlices(random, slices, { service, index: i });
    cluster.services.push(service);
    cluster.slices.push(...slices);
  }
  return cluster;
}

/** One address and port can belong to one Service only. */
function ownAddresses({ spec, status }: RawService, i: number): void {
  const own = (ip: string) => (ip.includes(':') ? ip.replace(/::1$/, `::${i + 1}`) : ip.replace(/\.1$/, `.${i + 1}`));
  if (spec.externalIPs) spec.externalIPs = spec.externalIPs.map(own);
  for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ip = own(ingress.ip);
}

const NODE_SELECTORS = [
  `${EXPOSED_NODE}=a`,
  `${EXPOSED_NODE} in (a,b)`,
  `!${EXPOSED_NODE}`,
  `${EXPOSED_NODE}!=a, kubernetes.io/hostname`,
  'not a selector (',
];

/** Fields that only Cilium reads, and values that an API server no longer accepts. */
function settings(random: Random, { metadata, spec }: RawService): void {
  const annotations: Labels = { ...metadata.annotations };
  if (random.chance(0.08)) annotations[EXPOSED_NODE] = random.pick(['a', 'b', '']);
  if (random.chance(0.06)) annotations['service.cilium.io/node-selector'] = random.pick(NODE_SELECTORS);
  if (random.chance(0.12)) annotations['service.cilium.io/type'] = random.pick(TYPES);
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  if (random.chance(0.05)) spec.trafficDistribution = 'PreferSomething';
}

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', ''];

/** The zone of each ready endpoint, as the controller hints it; sometimes one lacks it. */
function hint(random: Random, slices: readonly RawSlice[]): void {
  const missing = random.chance(0.2);
  for (const endpoint of slices.flatMap(slice => slice.endpoints)) {
    const isHinted = endpoint.conditions.ready === true && endpoint.zone !== undefined;
    if (isHinted && !(missing && random.chance(0.2))) endpoint.hints = { forZones: [{ name: endpoint.zone ?? '' }] };
    else if (random.chance(0.15)) endpoint.hints = { forZones: [{ name: random.pick(ZONES) }] };
  }
}

/**
 * Leaves out what the model does not hold or Cilium decides by the order of a map: one address in two endpoints, an endpoint
 * with several addresses, a slice whose ports share a name, and the label
 * service-proxy-name on slices unlike their Service.
 */
function tidySlices(random: Random, slices: readonly RawSlice[], of: { service: RawService; index: number }): void {
  const { service, index } = of;
  const proxyName = service.metadata.labels?.[PROXY_NAME];
  let next = 1;
  for (const slice of slices) {
    if (random.chance(0.04))
      slice.metadata.annotations = { 'service.cilium.io/weight': random.pick(['0', '00', '5', 'no']) };
    delete slice.metadata.labels[PROXY_NAME];
    if (proxyName !== undefined) slice.metadata.labels[PROXY_NAME] = proxyName;
    const names = new Set<string>();
    slice.ports = slice.ports.filter(({ name = '' }) => !names.has(name) && names.add(name));
    if (slice.addressType === 'FQDN') continue;
    for (const endpoint of slice.endpoints) {
      if (endpoint.addresses.length === 0) continue;
      const number = next++;
      endpoint.addresses = [
        slice.addressType === 'IPv4' ? `10.1.${index}.${number}` : `fd00:1::${index + 1}:${number}`,
      ];
    }
  }
}
