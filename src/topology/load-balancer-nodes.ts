import type { Node } from '../model/node.ts';

/** Label of nodes that cloud load balancers exclude (k8s.io/cloud-provider controllers/service, v0.37.1). */
export const EXCLUDE_LOAD_BALANCERS_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

export function mayReceiveExternalTraffic({ labels }: Node): boolean {
  return !(EXCLUDE_LOAD_BALANCERS_LABEL in labels);
}

/** True for nodes that load balancers send to (k8s.io/cloud-provider controllers/service allNodePredicates, v0.37.1). */
export function isLoadBalancerTarget(node: Node): boolean {
  const leaving = node.deleting || node.taints.some(taint => taint.key === 'ToBeDeletedByClusterAutoscaler');
  return node.ready && !leaving && mayReceiveExternalTraffic(node);
}
