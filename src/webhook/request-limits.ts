import type { PodFinder } from '../admission/pending-endpoints.ts';
import type { Capacity } from '../serving/limits.ts';
import { BODY_LIMIT } from '../serving/limits.ts';

/**
 * Bounds the Pod look-ups in flight, the only thing that a review waits for. Above the limit a review is evaluated without
 * Pods: rules that need no endpoints still run, so a flood of requests does not get past a rule that denies.
 */
export function limitLookups(pods: PodFinder, limit: number, onOverLimit: () => void): PodFinder {
  let inFlight = 0;
  return {
    find: async (namespace, selector) => {
      if (inFlight >= limit) {
        onOverLimit();
        return { kind: 'gave-up', why: `more than ${limit} reviews are under way` };
      }
      inFlight++;
      try {
        return await pods.find(namespace, selector);
      } finally {
        inFlight--;
      }
    },
  };
}

/** Takes no room that would have to be given back. */
export const SMALL_BODY = (): void => {};

/**
 * Large bodies under way. Small ones are bounded by the number of connections; of large ones a few hundred would be more
 * than a container has memory. The body is needed to answer a review (its uid is in there), so what does not fit is
 * refused, and the webhook's failurePolicy decides.
 */
export class BodyBudget {
  readonly #capacity: Capacity;
  #used = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /**
   * Gives back what was taken, once; SMALL_BODY where that is nothing, `null` where there is no room. `length` is the
   * Content-Length, `undefined` without.
   */
  take(length: string | undefined): (() => void) | null {
    const bytes = length === undefined ? BODY_LIMIT : Number(length);
    // What is larger still is refused by its header alone.
    if (bytes <= this.#capacity.largeBody || bytes > BODY_LIMIT) return SMALL_BODY;
    if (this.#used + bytes > this.#capacity.largeBodies) return null;
    this.#used += bytes;
    let held = bytes;
    return () => {
      this.#used -= held;
      held = 0;
    };
  }
}
