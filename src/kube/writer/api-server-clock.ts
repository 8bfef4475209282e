import type { Clock } from '../../runtime/clock.ts';

/**
 * The API server's time, from the Date header of its last answer. The API server verifies the certificates, so its
 * clock is used and jumps of the local clock have no effect; before the first answer the local clock is used.
 */
export class ServerClock {
  readonly #steady: Clock;
  readonly #own: () => number;
  #heard: { date: number; at: number } | null = null;

  /** The first clock is monotonic; the second is the local wall clock, in milliseconds since the epoch. */
  constructor(steady: Clock, own: () => number = Date.now) {
    this.#steady = steady;
    this.#own = own;
  }

  heard(header: string): void {
    const date = Date.parse(header);
    if (!Number.isNaN(date)) this.#heard = { date, at: this.#steady.now() };
  }

  /** Milliseconds since the epoch, up to one second late. */
  now(): number {
    return this.#heard ? this.#heard.date + this.#steady.now() - this.#heard.at : this.#own();
  }
}
