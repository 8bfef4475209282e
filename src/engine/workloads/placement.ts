import type { Node } from '../../model/node.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { matchesNode, toleratesAll } from '../../topology/scenarios/feasible-nodes.ts';
import { isCordoned } from './cordon.ts';
import type { Outcomes } from './effect.ts';
import { movedTo } from './effect.ts';
import type { ServicePods } from './service-pods.ts';

/** A workload before and after a change of its template or strategy. */
export interface Updated {
  readonly before: Workload;
  readonly after: Workload;
  readonly topology: Topology;
}

/** New Pods may come up on each node that the template allows; Pods on nodes that it allows no longer go. */
export function elsewhere(
  service: Service,
  { matching }: ServicePods,
  { before, after, topology }: Updated,
): Outcomes | null {
  const going = matching.filter(({ nodeName }) => {
    const node = nodeName === null ? undefined : topology.node(nodeName);
    return node !== undefined && isAllowed(before, node) && !isAllowed(after, node);
  });
  if (going.length === 0) return null;
  const allowed = topology.nodes().filter(node => isAllowed(after, node));
  const isDaemon = after.kind === 'DaemonSet';
  // If no node takes the new Pods, the rollout keeps the old ones. A node added to a pool may be in any zone.
  if (!isDaemon && (!allowed.some(takesPodNow) || (allowed.length === 1 && !namesPlace(after)))) return null;
  return {
    certainty: 'coverage',
    isLowerBound: !isDaemon,
    after: [() => movedTo(allowed, { service, pods: going, before: topology })],
  };
}

/** Taints of conditions that pass, and of a cordon. */
const CONDITION_TAINT = 'node.kubernetes.io/';

/** True if the template lets Pods run on the node, whatever its condition. */
function isAllowed(workload: Workload, node: Node): boolean {
  const taints = node.taints.filter(({ key }) => !key.startsWith(CONDITION_TAINT));
  return matchesNode(workload, node) && toleratesAll(workload, { ...node, taints });
}

function takesPodNow(node: Node): boolean {
  return node.ready && !node.deleting && !isCordoned(node);
}

function namesPlace({ scheduling: { nodeSelector, nodeTerms } }: Workload): boolean {
  const isPlace = (key: string) => key === ZONE_LABEL || key === HOSTNAME_LABEL;
  return (
    Object.keys(nodeSelector).some(isPlace) ||
    (nodeTerms ?? []).some(term => term.some(({ key, operator }) => operator === 'In' && isPlace(key)))
  );
}
