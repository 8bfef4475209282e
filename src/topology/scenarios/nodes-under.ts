import { HOSTNAME_LABEL, type Node, UNSCHEDULABLE_TAINT } from '../../model/node.ts';
import type { Scenario } from './scenario.ts';

const UNSCHEDULABLE = { key: UNSCHEDULABLE_TAINT, value: '', effect: 'NoSchedule' };

/** The nodes after the changes; the same array if there are none. */
export function nodesUnder(nodes: readonly Node[], changes: NodeChanges): readonly Node[] {
  const isUnchanged =
    changes.down.size === 0 && changes.zonesDown.size === 0 && changes.drained.size === 0 && changes.added.length === 0;
  if (isUnchanged) return nodes;
  const changed = nodes.map(node => {
    if (isDown(node, changes)) return { ...node, ready: false };
    // A drained node runs nothing that sends traffic; the controllers still count the Node.
    return changes.drained.has(node.name) ? { ...node, deleting: true, taints: [...node.taints, UNSCHEDULABLE] } : node;
  });
  const added = changes.added.flatMap((name, i) => {
    const like = nodes.find(node => node.name === name);
    return like ? addedNode(like, i) : [];
  });
  return [...changed, ...added];
}

export interface NodeChanges {
  readonly down: ReadonlySet<string>;
  readonly zonesDown: ReadonlySet<string>;
  readonly drained: ReadonlySet<string>;
  /** The names of the nodes that the added ones resemble. */
  readonly added: readonly string[];
}

export function nodeChanges(scenarios: readonly Scenario[]): NodeChanges {
  return {
    down: new Set(scenarios.flatMap(one => (one.kind === 'node-down' ? one.node : []))),
    zonesDown: new Set(scenarios.flatMap(one => (one.kind === 'zone-down' ? one.zone : []))),
    drained: new Set(scenarios.flatMap(one => (one.kind === 'drain' ? one.node : []))),
    added: scenarios.flatMap(one => (one.kind === 'node-added' ? one.like : [])),
  };
}

export function isDown({ name, zone }: Pick<Node, 'name' | 'zone'>, { down, zonesDown }: NodeChanges): boolean {
  return down.has(name) || (zone !== null && zonesDown.has(zone));
}

/** Old enough to be a client node. */
function addedNode(like: Node, position: number): Node {
  const name = `${like.name}-added-${position + 1}`;
  const labels = HOSTNAME_LABEL in like.labels ? { ...like.labels, [HOSTNAME_LABEL]: name } : like.labels;
  return { ...like, name, labels, ready: true, deleting: false, createdAt: null };
}
