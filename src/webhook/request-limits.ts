import type { PodFinder } from '../admission/pending-endpoints.ts';
import type { Capacity } from '../serving/limits.ts';
import { MAX_BODY_BYTES } from '../serving/limits.ts';

/**
 * Limits concurrent Pod lookups. Above the limit a review is evaluated without Pods: rules that need no endpoints still run,
 * so a flood of requests does not bypass a rule that denies.
 */
export function limitLookups(pods: PodFinder, limit: number, onOverLimit: () => void): PodFinder {
  let inFlight = 0;
  return {
    find: async (namespace, selector) => {
      if (inFlight >= limit) {
        onOverLimit();
        return { kind: 'gave-up', why: `more than ${limit} reviews are in flight` };
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

/** Reserves nothing. */
export const NOTHING_RESERVED = (): void => {};

/**
 * Limits the memory of large bodies in flight; the number of connections limits small ones. A body above the budget is
 * rejected, and the webhook's failurePolicy applies: without the body, which has the uid, a review cannot be answered.
 */
export class LargeBodyBudget {
  readonly #capacity: Capacity;
  #used = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** Returns a function that releases the reservation, NOTHING_RESERVED for a small body, `null` above the budget. */
  reserve(length: string | undefined): (() => void) | null {
    const bytes = length === undefined ? MAX_BODY_BYTES : Number(length);
    // Fastify rejects an even larger body by its header.
    if (bytes <= this.#capacity.largeBodyBytes || bytes > MAX_BODY_BYTES) return NOTHING_RESERVED;
    if (this.#used + bytes > this.#capacity.maxLargeBodyBytes) return null;
    this.#used += bytes;
    let held = bytes;
    return () => {
      this.#used -= held;
      held = 0;
    };
  }
}
