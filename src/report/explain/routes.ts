import type { Node } from '../../model/node.ts';
import type { PortReach } from '../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../topology/route.ts';

/** What one node does with one class of traffic. */
export interface NodeRoute {
  readonly node: Node;
  readonly route: Route;
}

/** The same port, which asks once for each node and class: the picture, the lines and the sums all ask. */
export function remembering(port: PortReach): PortReach {
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
    endpointName: endpoint => port.endpointName(endpoint),
    categories: node => port.categories(node),
    route(trafficClass, node) {
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

/** Of all nodes; empty where the port has no traffic of this class. */
export function routesOf(port: PortReach, trafficClass: TrafficClass, nodes: readonly Node[]): readonly NodeRoute[] {
  return nodes.flatMap(node => {
    const route = port.route(trafficClass, node);
    return route ? [{ node, route }] : [];
  });
}
