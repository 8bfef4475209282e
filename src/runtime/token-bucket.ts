import type { Clock } from './clock.ts';

/** Above this many buckets, full ones are dropped, because they hold no information. */
const MAX_BUCKETS = 1_000;

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** One token bucket per key. */
export class KeyedTokenBuckets {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Takes a token. Returns false if none is left. */
  tryTake(key: string): boolean {
    const now = this.#clock.monotonicMs();
    const tokens = this.#tokens(key, now);
    if (tokens < 1) return false;
    if (this.#buckets.size >= MAX_BUCKETS) this.#dropFull(now);
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
    return true;
  }

  #tokens(key: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond) : burst;
  }

  #dropFull(now: number): void {
    for (const key of this.#buckets.keys()) {
      if (this.#tokens(key, now) >= this.#rate.burst) this.#buckets.delete(key);
    }
  }
}
