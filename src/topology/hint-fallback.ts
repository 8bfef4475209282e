import type { ModeReason } from './categorize.ts';
import type { NodeSelection } from './node-selection.ts';
import { selectNodes } from './node-selection.ts';
import type { NodeSet } from './node-set.ts';
import type { PortReach } from './reach.ts';

/** Nodes that use the whole cluster for at least one port, for this reason. */
export function nodesWhoseMode(reason: ModeReason, ports: readonly PortReach[], nodes: NodeSet): NodeSelection {
  const steered = ports.filter(port => port.policy.usesCluster);
  // Besides its zone and its version it is by hints alone that a node has a mode of its own.
  const hinted = steered.map(port => port.index.readyByNodeHint);
  return selectNodes(nodes, hinted, node => steered.some(port => port.categories(node).modeReason === reason));
}
