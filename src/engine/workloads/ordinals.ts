import type { Topology } from '../../model/topology.ts';
import type { ClusterChange } from './cluster-change.ts';
import { isPodOf, ordinalOf } from './pod-names.ts';
import type { PodSelection, ServicePod } from './service-pods.ts';
import { servicesWithPods } from './service-pods.ts';

/** Ordinals from `first` to below `end`. If they are not exact, no other ordinal is kept, but some of these may go too. */
interface Ordinals {
  readonly first: number;
  readonly end: number;
  readonly isExact: boolean;
}

/** The ordinals that a scaled StatefulSet keeps at most; `null` if they are not known. */
export function keptOrdinals(
  { workload, oldReplicas, replicas, ordinals }: Extract<ClusterChange, { kind: 'scale' }>,
  topology: Topology,
): Ordinals | null {
  if (replicas === 0) return { first: 0, end: 0, isExact: true };
  if (ordinals) {
    const { before, after } = ordinals;
    // Pods with new ordinals come up where the scheduler places them, before the others go.
    const isWithin = after >= before && after + replicas <= before + oldReplicas;
    return isWithin ? { first: after, end: after + replicas, isExact: true } : null;
  }
  // A Scale does not state the first ordinal. It is at most that of the lowest Pod, and known if the highest one is there too.
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const selection: PodSelection = {
    isCandidate: ({ namespace }) => namespace === workload.namespace,
    isPod: name => isPodOf(workload, name),
  };
  for (const found of servicesWithPods(topology, selection)) {
    for (const { name } of found?.pods.matching ?? []) {
      lowest = Math.min(lowest, ordinalOf(name));
      highest = Math.max(highest, ordinalOf(name));
    }
  }
  const spread = highest - lowest + 1;
  if (spread > oldReplicas) return null;
  return { first: 0, end: lowest + replicas, isExact: spread === oldReplicas };
}

/** The Pods that a StatefulSet with these ordinals removes. */
export function outsideOrdinals(pods: readonly ServicePod[], kept: Ordinals | null): readonly ServicePod[] {
  if (kept === null) return [];
  return pods.filter(({ name }) => ordinalOf(name) < kept.first || ordinalOf(name) >= kept.end);
}
