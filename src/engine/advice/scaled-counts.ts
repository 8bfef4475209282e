import type { Endpoint } from '../../model/endpoint-slice.ts';

/** The most numbers of Pods between the autoscaler's minimum and today that are evaluated. */
export const MAX_COUNTS = 24;

export interface ScaledCounts {
  /** The minimum comes first. */
  readonly counts: readonly number[];
  /** False if there are too many numbers to evaluate them all. */
  readonly isComplete: boolean;
}

/**
 * The numbers of Pods that the autoscaler may have, from its minimum up to one less than today. If they are too many: the
 * minimum, and those at which one zone keeps a single Pod while all other zones, or all but one, keep theirs. The more Pods
 * the other zones keep, the busier is that single Pod in proportion.
 */
export function scaledCounts(pods: readonly Endpoint[], minimum: number): ScaledCounts {
  const size = Math.max(0, pods.length - minimum);
  if (size <= MAX_COUNTS) return { counts: Array.from({ length: size }, (_, i) => minimum + i), isComplete: true };
  const sizes = [...new Set([...Map.groupBy(pods, ({ zone }) => zone).values()].map(({ length }) => length))];
  const turning = [0, ...sizes].flatMap(other => sizes.map(own => pods.length - own - other + 1));
  const inRange = turning.filter(count => count > minimum && count < pods.length);
  return { counts: [minimum, ...new Set(inRange)].slice(0, MAX_COUNTS), isComplete: false };
}
