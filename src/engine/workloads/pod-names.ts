import type { WorkloadRef } from '../../topology/scenarios/scenario.ts';

/** The end of a generated name, in the letters of Kubernetes (k8s.io/apimachinery pkg/util/rand, v0.37.1). */
const SUFFIX = /^[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** The hash of a ReplicaSet of a Deployment; shorter ones, one in ten thousand, are not recognized. */
const HASH = /^[bcdfghjklmnpqrstvwxz2456789]{7,10}$/;
const ORDINAL = /^\d{1,9}$/;

/** True if the controller of the workload gives its Pods such a name. A Pod of a very long name is not recognized. */
export function isPodOf({ kind, name }: WorkloadRef, podName: string): boolean {
  // Most names are of other workloads.
  if (!podName.startsWith(`${name}-`)) return false;
  const { last, hash, beforeLast, beforeHash } = suffixesOf(podName);
  switch (kind) {
    case 'Deployment':
      return beforeHash === name && HASH.test(hash) && SUFFIX.test(last);
    case 'StatefulSet':
      return beforeLast === name && ORDINAL.test(last);
    case 'DaemonSet':
    case 'ReplicaSet':
      return beforeLast === name && SUFFIX.test(last);
    default:
      return kind satisfies never;
  }
}

/**
 * True if a drain of the node moves the Pod for certain, as one of a Deployment or a StatefulSet. Others stay, as they may be of
 * a DaemonSet, or static: the name of a static Pod ends in that of its node.
 */
export function isMovedByDrain(podName: string, node: string): boolean {
  return !podName.endsWith(`-${node}`) && isReplaced(podName);
}

/** True if the name is of a Deployment or a StatefulSet, which replace a deleted Pod. */
export function isReplaced(podName: string): boolean {
  const { last, hash, beforeLast } = suffixesOf(podName);
  if (SUFFIX.test(last)) return HASH.test(hash);
  return beforeLast !== '' && ORDINAL.test(last);
}

/** The ordinal of a Pod of a StatefulSet. */
export function ordinalOf(podName: string): number {
  return Number(suffixesOf(podName).last);
}

/** `web-7d4b9c6f5d-x2k9p`: `x2k9p` is the last part and `7d4b9c6f5d` the hash. Missing parts are empty. */
function suffixesOf(podName: string) {
  const parts = podName.split('-');
  const [hash = '', last = ''] = parts.slice(-2);
  return { last, hash, beforeLast: parts.slice(0, -1).join('-'), beforeHash: parts.slice(0, -2).join('-') };
}
