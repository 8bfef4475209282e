import type { Endpoint } from '../../model/endpoint-slice.ts';

export interface VariantInput {
  readonly count: number;
  /** By address: Pods of one kind, each alone on its node, can be exchanged. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly limit: number;
}

/** All sets of `count` Pods that differ in their effect; `null` if there are more than the limit. */
export function podVariants(
  pods: readonly Endpoint[],
  { count, kinds, limit }: VariantInput,
): readonly (readonly Endpoint[])[] | null {
  const nodes = new Set(pods.map(({ nodeName }) => nodeName));
  const isAlone = nodes.size === pods.length;
  const groups = [...Map.groupBy(pods, pod => (isAlone ? (kinds.get(pod.address) ?? '') : pod.address)).values()];
  const variants: (readonly Endpoint[])[] = [];
  const following = groups.map((_, i) => groups.slice(i).reduce((sum, { length }) => sum + length, 0));
  const isComplete = addVariants({ groups, following, variants, limit }, [], count);
  return isComplete ? variants : null;
}

interface Enumeration {
  readonly groups: readonly (readonly Endpoint[])[];
  /** The number of Pods in each group and those after it. */
  readonly following: readonly number[];
  readonly variants: (readonly Endpoint[])[];
  readonly limit: number;
}

/** Takes some Pods of each group in turn. False once there are more variants than the limit. */
function addVariants(of: Enumeration, taken: readonly Endpoint[], left: number, position = 0): boolean {
  const { groups, following, variants, limit } = of;
  if (left > (following[position] ?? 0)) return true;
  const group = groups[position];
  if (left === 0 || !group) {
    variants.push(taken);
    return variants.length <= limit;
  }
  for (let own = Math.min(left, group.length); own >= 0; own--) {
    if (!addVariants(of, [...taken, ...group.slice(0, own)], left - own, position + 1)) return false;
  }
  return true;
}
