import type { Clock } from './clock.ts';

const INITIAL_DELAY_MS = 800;
const MAX_DELAY_MS = 30_000;
/** After this long without a failure the delay starts from the beginning. */
const RESET_AFTER_MS = 120_000;

/** Growing, jittered delays of 0.8 to 30 s, the values of client-go (tools/cache/reflector.go, v0.37.1). */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  #base = INITIAL_DELAY_MS;
  #quietSince = 0;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Returns the milliseconds to wait after one more failure. */
  next(): number {
    const now = this.#clock.monotonicMs();
    if (now - this.#quietSince > RESET_AFTER_MS) this.#base = INITIAL_DELAY_MS;
    const delay = Math.min(MAX_DELAY_MS, this.#base * (1 + this.#random()));
    this.#base = Math.min(MAX_DELAY_MS, this.#base * 2);
    this.#quietSince = now + delay;
    return delay;
  }
}
