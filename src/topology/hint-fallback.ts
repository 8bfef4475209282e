import type { Node } from '../model/node.ts';
import type { ModeReason } from './categorize.ts';
import type { PortReach } from './reach.ts';

/** Nodes that use the whole cluster for at least one port, for this reason. */
export function nodesWhoseMode(
  reason: ModeReason,
  ports: readonly PortReach[],
  nodes: readonly Node[],
): readonly Node[] {
  const steered = ports.filter(port => port.policy.usesCluster);
  return nodes.filter(node => steered.some(port => port.categories(node).modeReason === reason));
}
