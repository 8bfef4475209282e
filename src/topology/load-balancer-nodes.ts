import type { Node } from '../model/node.ts';

/** Label of nodes that cloud load balancers exclude (k8s.io/cloud-provider controllers/service, v0.37.1). */
export const EXCLUDE_LOAD_BALANCERS_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** First minor version whose service controller reads the label's value; before, its presence was enough. */
const LABEL_VALUE_SINCE_MINOR = 34;
/** The values that Go's strconv.ParseBool reads as false. Any other excludes the node. */
export const FALSE_VALUES: readonly (string | undefined)[] = ['0', 'f', 'F', 'false', 'False', 'FALSE'];

type NodePredicate = (node: Node) => boolean;

/**
 * True for nodes without the label that excludes them (k8s.io/cloud-provider controllers/service nodeIncludedPredicate, v0.33.0
 * and v0.37.1). The same function for the same behaviour, so that NodeSet.filter caches.
 */
export function mayReceiveExternalTraffic(minor: number): NodePredicate {
  return minor >= LABEL_VALUE_SINCE_MINOR ? isIncludedByValue : isUnlabelled;
}

/**
 * True for nodes that a cloud's load balancer has as targets. Nodes that are not ready stay targets
 * (k8s.io/cloud-provider controllers/service stableNodeSetPredicates, v0.37.1).
 */
export function isLoadBalancerTarget(minor: number): NodePredicate {
  return minor >= LABEL_VALUE_SINCE_MINOR ? isTargetByValue : isUnlabelledTarget;
}

const isUnlabelled: NodePredicate = ({ labels }) => !(EXCLUDE_LOAD_BALANCERS_LABEL in labels);
const isIncludedByValue: NodePredicate = node =>
  isUnlabelled(node) || FALSE_VALUES.includes(node.labels[EXCLUDE_LOAD_BALANCERS_LABEL]);
const isTargetByValue: NodePredicate = node => isIncludedByValue(node) && !isLeaving(node);
const isUnlabelledTarget: NodePredicate = node => isUnlabelled(node) && !isLeaving(node);

function isLeaving({ deleting, taints }: Node): boolean {
  return deleting || taints.some(taint => taint.key === 'ToBeDeletedByClusterAutoscaler');
}
