import type { Node } from '../model/node.ts';
import type { TrafficInput } from './entrances.ts';
import type { NodeSelection } from './node-selection.ts';
import { selectNodes } from './node-selection.ts';
import type { NameSet, NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';
import type { Entrance, TrafficClass } from './route.ts';
import { isLost } from './route.ts';
import { sendingNodes } from './traffic-senders.ts';

/** True if the node drops or rejects traffic of the class to the port. */
export function losesTraffic(node: Node, trafficClass: TrafficClass, port: PortRouting, entrance?: Entrance): boolean {
  return isLost(port.route(trafficClass, node, entrance));
}

/** Sending nodes that lose traffic of the class. */
export function nodesLosingTraffic(trafficClass: TrafficClass, input: TrafficInput): NodeSelection {
  return nodesLosing(trafficClass, input.ports, sendingNodes(trafficClass, input));
}

/** Numbers of sending nodes that lose traffic. */
export type LossCounts = Readonly<Record<TrafficClass, number>>;

export function lossCounts(input: TrafficInput): LossCounts {
  const lost = (trafficClass: TrafficClass) => nodesLosingTraffic(trafficClass, input).length;
  return { internal: lost('internal'), external: lost('external'), shortCircuit: lost('shortCircuit') };
}

/** Client nodes that lose ClusterIP traffic. */
export function clientsLosingTraffic(ports: readonly PortRouting[], clients: NodeSet): NodeSelection {
  return nodesLosing('internal', ports, clients);
}

/** Those of the nodes that lose traffic of the class. A port without endpoints beside others with some may be pending: it is ignored. */
export function nodesLosing(trafficClass: TrafficClass, all: readonly PortRouting[], nodes: NodeSet): NodeSelection {
  const filled = all.filter(({ index }) => index.all.length > 0);
  const ports = filled.length > 0 ? filled : all;
  const named = namesOf(ports);
  const loses = (node: Node) => ports.some(port => losesTraffic(node, trafficClass, port));
  return selectNodes(nodes, named, loses, coveredBy(ports, trafficClass));
}

/** Nodes that lose traffic, and the ports that they lose it for. */
export interface PortLosses {
  readonly nodes: NodeSelection;
  /** Ports that lose traffic on some of the nodes; empty if every port does on all of them. */
  readonly ports: readonly PortRouting[];
}

export interface EnteringTraffic {
  readonly trafficClass: TrafficClass;
  readonly entrances: readonly Entrance[];
}

/** The nodes on which at least one port loses traffic of an entrance, except where an endpoint of the port is starting. */
export function portLosses(
  { trafficClass, entrances }: EnteringTraffic,
  ports: readonly PortRouting[],
  nodes: NodeSet,
): PortLosses {
  const losing = new Set<PortRouting>();
  let differ = false;
  const loses = (node: Node) => {
    const here = ports.filter(
      port =>
        !port.index.startingOnNode.has(node.name) &&
        entrances.some(entrance => losesTraffic(node, trafficClass, port, entrance)),
    );
    for (const port of here) losing.add(port);
    differ ||= here.length > 0 && here.length < ports.length;
    return here.length > 0;
  };
  const selection = selectNodes(nodes, namesOf(ports), loses, coveredBy(ports, trafficClass));
  return { nodes: selection, ports: differ ? [...losing] : [] };
}

function namesOf(ports: readonly PortRouting[]): readonly NameSet[] {
  return ports.flatMap(({ index, ownClusterSets }) => [index.nodeNames, ...ownClusterSets]);
}

/** A node loses nothing if it is in all of these. */
function coveredBy(ports: readonly PortRouting[], trafficClass: TrafficClass): readonly NameSet[] {
  return ports.map(port => port.coveredNodes(trafficClass));
}
