import { HEADLESS_LABEL } from '../model/endpoint-slice.ts';
import { joinHostPort } from '../model/ip.ts';
import type { Node } from '../model/node.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import { isProxied } from '../model/service.ts';
import type { ClusterFacts, DataPlane } from '../model/topology.ts';
import type { Categories } from './categorize.ts';
import { categorize } from './categorize.ts';
import type { EndpointIndex } from './endpoint-index.ts';
import type { PortTarget } from './port-listing.ts';
import type { PortPolicy } from './port-policy.ts';
import { portPolicies } from './port-policy.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { HintSupport } from './proxy-version.ts';
import {
  HEADLESS_SERVICE_LABEL_LAST_MINOR,
  hintSupport,
  NON_TERMINATING_ENDPOINT_WINS_SINCE_MINOR,
  proxyMinor,
} from './proxy-version.ts';
import type { Route, TrafficClass } from './route.ts';
import { route } from './route.ts';
import type { ListedPort, ServiceEndpoints } from './service-endpoints.ts';
import type { WorkBudget } from './work-budget.ts';

/** The routes of one Service port in one IP family from any node. */
export interface PortRouting {
  readonly port: ServicePort;
  readonly family: IPFamily;
  readonly policy: PortPolicy;
  readonly index: EndpointIndex;
  /** `ip:port` or `[ip]:port` of one of its endpoints. */
  endpointName(endpoint: ProxyEndpoint): string;
  categories(node: Node): Categories;
  /** `null` if the port has no traffic of this class. */
  route(trafficClass: TrafficClass, node: Node): Route | null;
}

/** The inputs of the routes of a Service's ports. */
export interface RoutingInput {
  readonly service: Service;
  readonly endpoints: ServiceEndpoints;
  readonly facts: ClusterFacts;
  /** Of the old Service, for the numbers of named target ports. */
  readonly portsBefore?: readonly PortTarget[];
  /** Without it the work is not limited. */
  readonly budget?: WorkBudget | undefined;
}

/**
 * The routing of every port in every IP family. Empty if kube-proxy does not handle the Service (headless, ExternalName,
 * another proxy's). Throws WorkLimitExceeded.
 */
export function portRoutings(input: RoutingInput): readonly PortRouting[] {
  return [...eachPort(input)];
}

/** The routing of one port per distinct set of endpoints and policy; all others have the same routes. */
export function distinctRoutings(input: RoutingInput): readonly PortRouting[] {
  const seen = new Map<EndpointIndex, Set<boolean>>();
  const distinct: PortRouting[] = [];
  let steps = 0;
  for (const port of eachPort(input)) {
    const accessible = seen.get(port.index) ?? new Set();
    if (accessible.has(port.policy.accessible)) continue;
    seen.set(port.index, accessible.add(port.policy.accessible));
    distinct.push(port);
    steps += port.index.nodeNames.size;
  }
  // Rules read the route of each of these ports on each of these nodes.
  input.budget?.spend(steps * distinct.length);
  return distinct;
}

function* eachPort({ service, endpoints, facts, portsBefore = [], budget }: RoutingInput) {
  if (!isProxied(service)) return;
  if (facts.version.minor <= HEADLESS_SERVICE_LABEL_LAST_MINOR && HEADLESS_LABEL in service.labels) return;
  for (const family of service.ipFamilies) {
    const endpointsOf = endpoints.byPort(family, portsBefore, budget);
    const policyOf = portPolicies(service, family);
    for (const port of service.ports) {
      yield new Routing({ service, port, family }, policyOf(port), { ...endpointsOf(port), facts });
    }
  }
}

interface FamilyPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly family: IPFamily;
}

class Routing implements PortRouting {
  readonly port: ServicePort;
  readonly family: IPFamily;
  readonly policy: PortPolicy;
  readonly #service: Service;
  readonly #listed: ListedPort & { readonly facts: ClusterFacts };

  constructor(of: FamilyPort, policy: PortPolicy, listed: ListedPort & { readonly facts: ClusterFacts }) {
    this.port = of.port;
    this.family = of.family;
    this.policy = policy;
    this.#service = of.service;
    this.#listed = listed;
  }

  get index(): EndpointIndex {
    return this.#listed.endpoints.index;
  }

  endpointName({ address, numberIndex }: ProxyEndpoint): string {
    return joinHostPort(address, this.#listed.numbers[numberIndex] ?? 0);
  }

  categories(node: Node): Categories {
    const { facts, endpoints } = this.#listed;
    const isOlder =
      endpoints.index.hasDuplicateAddresses && proxyMinor(node, facts) < NON_TERMINATING_ENDPOINT_WINS_SINCE_MINOR;
    const index = isOlder ? endpoints.indexOfOlderProxy(node.name) : endpoints.index;
    return categorize(index, this.policy, { node, hints: hintsObeyed(this.#service, node, facts) });
  }

  route(trafficClass: TrafficClass, node: Node): Route | null {
    const { dataPlane } = this.#listed.facts;
    return route(trafficClass, this.policy, { categories: this.categories(node), dataPlane });
  }
}

function hintsObeyed(service: Service, node: Node, facts: ClusterFacts): HintSupport {
  if (!dataPlaneObeysHints(facts.dataPlane, service)) return { zones: false, nodes: false, blankZone: false };
  // The kubelet's version does not apply to Cilium, whose service topology supports zones.
  if (facts.dataPlane.kind === 'cilium') return { zones: true, nodes: false, blankZone: false };
  return hintSupport(proxyMinor(node, facts), service);
}

/**
 * kube-proxy obeys hints in both its modes. Cilium does so only with `loadBalancer.serviceTopology`, and for no class if
 * internalTrafficPolicy is Local (cilium pkg/loadbalancer). False for all other data planes.
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
