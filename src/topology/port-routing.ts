import type { DataPlane } from '../model/data-plane.ts';
import { OTHER_DATA_PLANE } from '../model/data-plane.ts';
import { joinHostPort } from '../model/ip.ts';
import type { Node } from '../model/node.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import type { Categories } from './categorize.ts';
import { assignmentOf, dataPlaneAt, dataPlanesOf } from './data-plane.ts';
import { profileOf } from './data-planes/index.ts';
import type { PortRouter, RoutedPort } from './data-planes/profile.ts';
import { unknownProfile } from './data-planes/unknown.ts';
import type { EndpointIndex } from './endpoint-index.ts';
import type { NameSet } from './node-set.ts';
import { NO_NODES } from './node-set.ts';
import type { PortMatch, PortTarget } from './port-listing.ts';
import type { PortPolicy } from './port-policy.ts';
import { portPolicies } from './port-policy.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { Entrance, Route, TrafficClass } from './route.ts';
import { hasTraffic } from './route.ts';
import type { ServiceEndpoints } from './service-endpoints.ts';
import type { WorkBudget } from './work-budget.ts';

/** The routes of one Service port in one IP family from any node. */
export interface PortRouting {
  readonly port: ServicePort;
  readonly family: IPFamily;
  readonly policy: PortPolicy;
  readonly index: EndpointIndex;
  /** Nodes whose cluster set may differ from that of other nodes with their zone, version and data plane. */
  readonly ownClusterSets: readonly NameSet[];
  /** Nodes known to lose no traffic of the class at any entrance. The others may or may not. */
  coveredNodes(trafficClass: TrafficClass): NameSet;
  /** `ip:port` or `[ip]:port` of one of its endpoints. */
  endpointName(endpoint: ProxyEndpoint): string;
  categories(node: Node): Categories;
  /** `null` if the port has no traffic of this class. Without an entrance, the route of the class as a whole. */
  route(trafficClass: TrafficClass, node: Node, entrance?: Entrance): Route | null;
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
 * The routing of every port in every IP family. Empty if no data plane handles the Service (headless, ExternalName,
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
  const dataPlanes = dataPlanesOf(facts);
  const isHandled = (dataPlane: DataPlane) => profileOf(dataPlane).handles(service, dataPlane, facts.version);
  if (!dataPlanes.some(isHandled)) return;
  const match = portMatchOf(dataPlanes);
  for (const family of service.ipFamilies) {
    const endpointsOf = endpoints.byPort({ family, match }, portsBefore, budget);
    let exactOf: typeof endpointsOf | null = match === 'exact' ? endpointsOf : null;
    const exact = (port: ServicePort) => {
      exactOf ??= endpoints.byPort({ family, match: 'exact' }, portsBefore, budget);
      return exactOf(port);
    };
    const policyOf = portPolicies(service, family);
    for (const port of service.ports) {
      const listed = endpointsOf(port);
      const routed: RoutedPort = {
        service,
        port,
        family,
        policy: policyOf(port),
        endpoints: listed.endpoints,
        numbers: listed.numbers,
        exact: () => exact(port),
        serviceEndpoints: endpoints,
        facts,
        budget,
      };
      yield new Routing(routed);
    }
  }
}

/** kube-proxy's unless all data planes of the cluster match otherwise. */
function portMatchOf([first, ...others]: readonly DataPlane[]): PortMatch {
  const matchOf = (dataPlane: DataPlane) => profileOf(dataPlane).portMatch?.(dataPlane) ?? 'exact';
  if (first === undefined) return 'exact';
  const match = matchOf(first);
  return others.every(other => matchOf(other) === match) ? match : 'exact';
}

class Routing implements PortRouting {
  readonly #routed: RoutedPort;
  /** Usually one data plane serves all nodes. */
  #dataPlane: DataPlane | null = null;
  #router: PortRouter | null = null;
  #routers: Map<DataPlane, PortRouter> | null = null;
  #ownClusterSets: readonly NameSet[] | null = null;

  constructor(routed: RoutedPort) {
    this.#routed = routed;
  }

  get port(): ServicePort {
    return this.#routed.port;
  }

  get family(): IPFamily {
    return this.#routed.family;
  }

  get policy(): PortPolicy {
    return this.#routed.policy;
  }

  get index(): EndpointIndex {
    return this.#routed.endpoints.index;
  }

  get ownClusterSets(): readonly NameSet[] {
    this.#ownClusterSets ??= dataPlanesOf(this.#routed.facts).map(dataPlane =>
      profileOf(dataPlane).ownClusterSets(this.#routed, dataPlane),
    );
    return this.#ownClusterSets;
  }

  coveredNodes(trafficClass: TrafficClass): NameSet {
    const [first = NO_NODES, ...others] = dataPlanesOf(this.#routed.facts).map(
      dataPlane => profileOf(dataPlane).coveredNodes?.(this.#routed, dataPlane, trafficClass) ?? NO_NODES,
    );
    // Which data plane serves a node does not matter if all cover the same.
    return others.every(other => other === first) ? first : NO_NODES;
  }

  endpointName({ address, numberIndex }: ProxyEndpoint): string {
    return joinHostPort(address, this.#routed.numbers[numberIndex] ?? 0);
  }

  categories(node: Node): Categories {
    return this.#routerAt(node).categories(node);
  }

  route(trafficClass: TrafficClass, node: Node, entrance?: Entrance): Route | null {
    if (entrance === undefined && !hasTraffic(trafficClass, this.policy)) return null;
    return this.#routerAt(node).route(trafficClass, node, entrance);
  }

  #routerAt(node: Node): PortRouter {
    const dataPlane = dataPlaneAt(node, assignmentOf(this.#routed.facts));
    if (this.#router && this.#dataPlane === dataPlane) return this.#router;
    this.#routers ??= new Map();
    const router = this.#routers.get(dataPlane) ?? this.#createRouter(dataPlane);
    this.#routers.set(dataPlane, router);
    this.#dataPlane = dataPlane;
    this.#router = router;
    return router;
  }

  #createRouter(dataPlane: DataPlane): PortRouter {
    const { service, facts } = this.#routed;
    const isHandled = profileOf(dataPlane).handles(service, dataPlane, facts.version);
    return isHandled
      ? profileOf(dataPlane).router(this.#routed, dataPlane)
      : unknownProfile.router(this.#routed, OTHER_DATA_PLANE);
  }
}
