import type { Judge } from '../admission/admit.ts';
import type { PodFinder } from '../admission/pending-endpoints.ts';
import type { Capacity } from '../serving/limits.ts';
import { BODY_LIMIT } from '../serving/limits.ts';

/**
 * Reviews under way. All that a review waits for is the list of Pods; the judging itself is done in one go. Above the
 * limit a review is therefore judged at once and without that list: nobody is kept waiting, what can be said without
 * endpoints is still said, and a flood of requests is no way around a rule that denies.
 */
export class ReviewSlots {
  readonly #limit: number;
  readonly #onHurried: () => void;
  readonly #noTime: PodFinder;
  #underWay = 0;

  constructor(limit: number, onHurried: () => void) {
    this.#limit = limit;
    this.#onHurried = onHurried;
    this.#noTime = { find: async () => ({ kind: 'gave-up', why: `more than ${limit} reviews are under way` }) };
  }

  /** Under way is what waits; what is done at once never was. */
  run<T>(judge: Judge, work: (judge: Judge) => T | Promise<T>): T | Promise<T> {
    const hurried = this.#underWay >= this.#limit;
    if (hurried) this.#onHurried();
    const result = work(hurried && judge.pods ? { ...judge, pods: this.#noTime } : judge);
    if (!(result instanceof Promise)) return result;
    this.#underWay++;
    return result.finally(() => this.#underWay--);
  }
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
