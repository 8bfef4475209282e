import type { Topology } from '../../model/topology.ts';
import type { ClusterChange } from './cluster-change.ts';
import { isPodOf, ordinalOf } from './pod-names.ts';
import type { ServicePod } from './service-pods.ts';
import { servicesWithPods } from './service-pods.ts';

/** Ordinals from `first` to below `end`. */
interface Ordinals {
  readonly first: number;
  readonly end: number;
}

/** The ordinals that a scaled StatefulSet keeps, as far as they are certain; `null` if they are not known. */
export function keptOrdinals(
  { workload, oldReplicas, replicas, ordinals }: Extract<ClusterChange, { kind: 'scale' }>,
  topology: Topology,
): Ordinals | null {
  if (replicas === 0) return { first: 0, end: 0 };
  if (ordinals) {
    const { before, after } = ordinals;
    // Pods with new ordinals come up where the scheduler places them, before the others go.
    const isWithin = after >= before && after + replicas <= before + oldReplicas;
    return isWithin ? { first: after, end: after + replicas } : null;
  }
  // A Scale does not state the first ordinal: it is known if the lowest and the highest Pod are there.
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const isOwn = (name: string) => isPodOf(workload, name);
  for (const found of servicesWithPods(topology, ({ namespace }) => namespace === workload.namespace, isOwn)) {
    for (const { name } of found?.pods.matching ?? []) {
      lowest = Math.min(lowest, ordinalOf(name));
      highest = Math.max(highest, ordinalOf(name));
    }
  }
  return highest - lowest + 1 === oldReplicas ? { first: lowest, end: lowest + replicas } : null;
}

/** The Pods that a StatefulSet with these ordinals removes. */
export function outsideOrdinals(pods: readonly ServicePod[], kept: Ordinals | null): readonly ServicePod[] {
  if (kept === null) return [];
  return pods.filter(({ name }) => ordinalOf(name) < kept.first || ordinalOf(name) >= kept.end);
}
