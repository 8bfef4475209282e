import type { PodFinder } from '../admission/pending-endpoints.ts';
import type { Capacity } from '../serving/limits.ts';

/**
 * Limits concurrent Pod lookups. Above the limit a review is evaluated without Pods: rules that need no endpoints still run,
 * so a flood of requests does not bypass a rule that denies.
 */
export function limitLookups(pods: PodFinder, limit: number, onOverLimit: () => void): PodFinder {
  let inFlight = 0;
  return {
    find: async (namespace, selector, request) => {
      if (inFlight >= limit) {
        onOverLimit();
        return { kind: 'gave-up', why: `more than ${limit} reviews are in flight` };
      }
      inFlight++;
      try {
        return await pods.find(namespace, selector, request);
      } finally {
        inFlight--;
      }
    },
  };
}

/** Limits the memory of bodies in progress; the number of connections limits that of small ones. */
export class BodyMemory {
  readonly #maxBytes: number;
  #used = 0;

  constructor({ maxBodyMemoryBytes }: Capacity) {
    this.#maxBytes = maxBodyMemoryBytes;
  }

  /** False if this many bytes are not free. Otherwise passes on the function that gives them back. */
  reserve(bytes: number, onReserved: (release: () => void) => void): boolean {
    if (this.#used + bytes > this.#maxBytes) return false;
    this.#used += bytes;
    onReserved(() => {
      this.#used -= bytes;
    });
    return true;
  }
}
