import type { WorkloadRef } from '../../topology/scenarios/scenario.ts';

/** The letters that Kubernetes makes names of (k8s.io/apimachinery pkg/util/rand, v0.37.1). */
const LETTER = '[bcdfghjklmnpqrstvwxz2456789]';
/** A Pod of a ReplicaSet of a Deployment; shorter hashes, one in ten thousand, are not recognized. */
const OF_DEPLOYMENT = new RegExp(`^${LETTER}{7,10}-${LETTER}{5}$`);
const OF_CONTROLLER = new RegExp(`^${LETTER}{5}$`);
const ORDINAL = /^\d{1,9}$/;
const ENDS_AS_DEPLOYMENT = new RegExp(`-${LETTER}{7,10}-${LETTER}{5}$`);
const ENDS_WITH_ORDINAL = /-\d{1,9}$/;

/** True if the controller of the workload gives its Pods such a name. A Pod of a very long name is not recognized. */
export function isPodOf({ kind, name }: WorkloadRef, podName: string): boolean {
  const rest = restAfter(`${name}-`, podName);
  if (rest === null) return false;
  switch (kind) {
    case 'Deployment':
      return OF_DEPLOYMENT.test(rest);
    case 'StatefulSet':
      return ORDINAL.test(rest);
    case 'DaemonSet':
    case 'ReplicaSet':
      return OF_CONTROLLER.test(rest);
    default:
      return kind satisfies never;
  }
}

/** True if a drain moves the Pod for certain, as one of a Deployment or a StatefulSet. Others may be of a DaemonSet and stay. */
export function isMovedByDrain(podName: string): boolean {
  return ENDS_AS_DEPLOYMENT.test(podName) || ENDS_WITH_ORDINAL.test(podName);
}

/** The ordinal of a Pod of a StatefulSet. */
export function ordinalOf(podName: string): number {
  return Number(podName.slice(podName.lastIndexOf('-') + 1));
}

function restAfter(prefix: string, text: string): string | null {
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}
