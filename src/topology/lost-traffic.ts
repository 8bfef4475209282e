import type { Node } from '../model/node.ts';
import type { NodeSelection } from './node-selection.ts';
import { selectNodes } from './node-selection.ts';
import type { PortRouting } from './port-routing.ts';
import type { TrafficClass } from './route.ts';
import { isLost } from './route.ts';
import type { TrafficInput } from './traffic-senders.ts';
import { sendingNodes } from './traffic-senders.ts';

/** True if the node drops or rejects traffic of the class to one of the ports. */
export function losesTraffic(node: Node, trafficClass: TrafficClass, ports: readonly PortRouting[]): boolean {
  return ports.some(port => isLost(port.route(trafficClass, node)));
}

/** Sending nodes that lose traffic of the class. A port without endpoints beside others with some may be pending: it is ignored. */
export function nodesLosingTraffic(trafficClass: TrafficClass, input: TrafficInput): NodeSelection {
  const filled = input.ports.filter(({ index }) => index.all.length > 0);
  const ports = filled.length > 0 ? filled : input.ports;
  const named = ports.flatMap(({ index, ownClusterSets }) => [index.nodeNames, ...ownClusterSets]);
  return selectNodes(sendingNodes(trafficClass, input), named, node => losesTraffic(node, trafficClass, ports));
}
