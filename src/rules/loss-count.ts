import type { Loss } from './rule.ts';

/** `1 of 3`, or `at least 1 of 3` if it may be more: all but one is the most, as another one keeps its endpoint. */
export function lossCount({ isLowerBound }: Loss, count: number, total: number): string {
  return `${isLowerBound && count < total - 1 ? 'at least ' : ''}${count} of ${total}`;
}
