import type { Endpoint } from '../../model/endpoint-slice.ts';

/**
 * The `count` Pods that stay in the most uneven case: those of the zones, and in them of the nodes, that have most. Pods
 * that are not ready go first, as controllers remove them first (pkg/controller ActivePodsWithRanks, v1.37.1).
 */
export function mostUneven(pods: readonly Endpoint[], count: number): readonly Endpoint[] {
  const inZone = countBy(pods, ({ zone }) => zone);
  const onNode = countBy(pods, ({ nodeName }) => nodeName);
  const sorted = pods.toSorted(
    (a, b) =>
      Number(b.ready !== false) - Number(a.ready !== false) ||
      (inZone.get(b.zone) ?? 0) - (inZone.get(a.zone) ?? 0) ||
      compareNames(a.zone, b.zone) ||
      (onNode.get(b.nodeName) ?? 0) - (onNode.get(a.nodeName) ?? 0) ||
      compareNames(a.nodeName, b.nodeName),
  );
  return sorted.slice(0, count);
}

function countBy<K>(pods: readonly Endpoint[], key: (pod: Endpoint) => K): ReadonlyMap<K, number> {
  const counts = new Map<K, number>();
  for (const pod of pods) counts.set(key(pod), (counts.get(key(pod)) ?? 0) + 1);
  return counts;
}

function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
