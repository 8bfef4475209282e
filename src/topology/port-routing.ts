import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import { isProxied } from '../model/service.ts';
import type { ClusterFacts, DataPlane } from '../model/topology.ts';
import type { Categories } from './categorize.ts';
import { categorize } from './categorize.ts';
import type { EndpointIndex } from './endpoint-index.ts';
import type { PortPolicy } from './port-policy.ts';
import { portPolicy } from './port-policy.ts';
import type { HintSupport } from './proxy-version.ts';
import {
  HEADLESS_LABEL,
  HEADLESS_LABEL_ON_SERVICE_COUNTS_UNTIL,
  hintSupport,
  proxyMinor,
  RUNNING_ENDPOINT_WINS_MINOR,
} from './proxy-version.ts';
import type { Route, TrafficClass } from './route.ts';
import { route } from './route.ts';
import type { PortEndpoints } from './service-endpoints.ts';
import { ServiceEndpoints } from './service-endpoints.ts';

/** One port of one Service in one IP family, seen from any node. */
export interface PortReach {
  readonly port: ServicePort;
  readonly family: IPFamily;
  readonly policy: PortPolicy;
  readonly index: EndpointIndex;
  categories(node: Node): Categories;
  /** `null` where the port has no traffic of this class. */
  route(trafficClass: TrafficClass, node: Node): Route | null;
}

/**
 * Who reaches what, per port and IP family. Empty where kube-proxy does not handle the Service (headless, ExternalName,
 * another proxy's).
 */
export function reach(
  service: Service,
  given: readonly EndpointSlice[] | ServiceEndpoints,
  facts: ClusterFacts,
): readonly PortReach[] {
  if (!isProxied(service)) return [];
  if (facts.version.minor <= HEADLESS_LABEL_ON_SERVICE_COUNTS_UNTIL && HEADLESS_LABEL in service.labels) return [];
  const endpoints = given instanceof ServiceEndpoints ? given : new ServiceEndpoints(given);
  return service.ipFamilies.flatMap(family =>
    service.ports.map(port => portReach({ service, port, family }, endpoints.of(port, family), facts)),
  );
}

interface PortOfFamily {
  readonly service: Service;
  readonly port: ServicePort;
  readonly family: IPFamily;
}

function portReach(of: PortOfFamily, endpoints: PortEndpoints, facts: ClusterFacts): PortReach {
  const policy = portPolicy(of.service, of.port, of.family);
  const { index } = endpoints;
  const indexAt = (node: Node): EndpointIndex =>
    proxyMinor(node, facts) < RUNNING_ENDPOINT_WINS_MINOR ? endpoints.indexOfOlderProxy(node.name) : index;
  const categories = (node: Node): Categories =>
    categorize(indexAt(node), policy, { node, hints: hintsObeyed(of.service, node, facts) });
  return {
    port: of.port,
    family: of.family,
    policy,
    index,
    categories,
    route: (trafficClass, node) =>
      route(trafficClass, policy, { categories: categories(node), dataPlane: facts.dataPlane }),
  };
}

function hintsObeyed(service: Service, node: Node, facts: ClusterFacts): HintSupport {
  if (!dataPlaneObeysHints(facts.dataPlane, service)) return { zones: false, nodes: false };
  // A kubelet's version says nothing of Cilium, whose service topology knows zones.
  if (facts.dataPlane.kind === 'cilium') return { zones: true, nodes: false };
  return hintSupport(proxyMinor(node, facts), service);
}

/**
 * kube-proxy obeys hints in both its modes. Cilium does so only with `loadBalancer.serviceTopology`, and for no class
 * once internalTrafficPolicy is Local (cilium pkg/loadbalancer); nothing is claimed of any other data plane.
 */
export function dataPlaneObeysHints(dataPlane: DataPlane, service: Service): boolean {
  switch (dataPlane.kind) {
    case 'kube-proxy':
    case 'ipvs':
      return true;
    case 'cilium':
      return dataPlane.serviceTopology && service.internalTrafficPolicy !== 'Local';
    case 'other':
      return false;
    default:
      return dataPlane.kind satisfies never;
  }
}
