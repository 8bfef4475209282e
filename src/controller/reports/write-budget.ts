import type { Clock } from '../../runtime/clock.ts';
import { KeyedTokenBuckets } from '../../runtime/token-bucket.ts';

/** Writes that may follow each other without a pause, as a share of a minute's. */
const BURST_SECONDS = 10;

/** Limits the number of writes per minute. */
export class WriteBudget {
  readonly #bucket: KeyedTokenBuckets;
  /** A token that was taken and not spent yet. */
  #held = false;

  constructor(clock: Clock, writesPerMinute: number) {
    const perSecond = writesPerMinute / 60;
    this.#bucket = new KeyedTokenBuckets(clock, {
      perSecond,
      burst: Math.max(1, Math.ceil(perSecond * BURST_SECONDS)),
    });
  }

  /** True if a write may be sent now. Nothing is spent. */
  get open(): boolean {
    this.#held ||= this.#bucket.tryTake('reports');
    return this.#held;
  }

  spend(): void {
    this.#held = false;
  }
}
