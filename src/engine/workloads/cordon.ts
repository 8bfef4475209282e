import type { Endpoint } from '../../model/endpoint-slice.ts';
import { type Node, UNSCHEDULABLE_TAINT } from '../../model/node.ts';
import type { Topology } from '../../model/topology.ts';
import { topologyUnder } from '../../topology/scenarios/topology-under.ts';
import { delegatingTopology } from '../../topology/topology-view.ts';
import type { Effect } from './effect.ts';
import { movedTo, onlyLoss } from './effect.ts';
import { isMovedByDrain } from './pod-names.ts';

/**
 * The drain of the node: what lasts wherever its Pods come up again, and what is lost until they do. Pods that may be of a
 * DaemonSet stay, and the node sends nothing any more. A cordon is never denied: `kubectl drain` evicts Pods without it too, and the
 * node would take new Pods meanwhile.
 */
export function cordonEffects(node: string, topology: Topology): readonly Effect[] {
  const drained = topology.node(node);
  if (!drained) return [];
  const before = withDrainedNode(topology, node);
  const moved = {
    isAnnounced: true,
    before,
    selection: {
      isCandidate: () => true,
      isPod: (name: string, { nodeName }: Pick<Endpoint, 'nodeName'>) =>
        nodeName === node && isMovedByDrain(name, node),
    },
  } as const;
  const passing: Effect = {
    ...moved,
    cause: `until its Pods are ready elsewhere, a drain of node/${node} without a PodDisruptionBudget`,
    outcomes: (_, { matching }) => onlyLoss(before, matching, 'loss'),
  };
  // A node that is not ready may be before the drain is complete.
  const open = before.nodes().filter(one => !one.deleting && !isCordoned(one));
  if (open.some(({ zone }) => zone === drained.zone)) return [passing];
  const lasting: Effect = {
    ...moved,
    cause: `a drain of node/${node}`,
    outcomes: (service, { matching }) => ({
      certainty: 'coverage',
      isLowerBound: true,
      after: [() => movedTo(open, { service, pods: matching, before })],
    }),
  };
  return [lasting, passing];
}

/** The topology with the Pods of the node still there, but none of them a sender of traffic. */
export function withDrainedNode(topology: Topology, node: string): Topology {
  const { topology: under } = topologyUnder(topology, [{ kind: 'drain', node }]);
  return { ...delegatingTopology(() => topology), nodes: () => under.nodes(), node: name => under.node(name) };
}

export function isCordoned({ taints }: Node): boolean {
  return taints.some(({ key }) => key === UNSCHEDULABLE_TAINT);
}
