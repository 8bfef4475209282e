import type { ModeReason } from './categorize.ts';
import type { NodeSelection } from './node-selection.ts';
import { selectNodes } from './node-selection.ts';
import type { NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';

/** Nodes that use the whole cluster for at least one port, for this reason. */
export function nodesFallingBack(reason: ModeReason, ports: readonly PortRouting[], nodes: NodeSet): NodeSelection {
  const steered = ports.filter(port => port.policy.usesCluster);
  const nodeLists = steered.flatMap(port => port.ownClusterSets);
  return selectNodes(nodes, nodeLists, node => steered.some(port => port.categories(node).modeReason === reason));
}
