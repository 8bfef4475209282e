import type { Node } from '../../model/node.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../topology/route.ts';

/** The route of one node for one traffic class. */
export interface NodeRoute {
  readonly node: Node;
  readonly route: Route;
}

/** The same port with memoized routes per node and class, which the diagram, the lines and the sums share. */
export function memoizeRoutes(port: PortRouting): PortRouting {
  const known: Record<TrafficClass, Map<Node, Route | null>> = {
    internal: new Map(),
    external: new Map(),
    shortCircuit: new Map(),
  };
  return {
    port: port.port,
    family: port.family,
    policy: port.policy,
    index: port.index,
    ownClusterSets: port.ownClusterSets,
    endpointName: endpoint => port.endpointName(endpoint),
    coveredNodes: trafficClass => port.coveredNodes(trafficClass),
    categories: node => port.categories(node),
    route(trafficClass, node, entrance) {
      if (entrance !== undefined) return port.route(trafficClass, node, entrance);
      const routes = known[trafficClass];
      let route = routes.get(node);
      if (route === undefined) {
        route = port.route(trafficClass, node);
        routes.set(node, route);
      }
      return route;
    },
  };
}

/** Routes of all nodes; empty if the port has no traffic of this class. */
export function routesByNode(
  port: PortRouting,
  trafficClass: TrafficClass,
  nodes: readonly Node[],
): readonly NodeRoute[] {
  return nodes.flatMap(node => {
    const route = port.route(trafficClass, node);
    return route ? [{ node, route }] : [];
  });
}
