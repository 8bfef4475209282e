import type { Clock } from '../../runtime/clock.ts';

/**
 * The API server's time, from the Date header of its last answer. The API server verifies the certificates, so its
 * clock is used and jumps of the local clock have no effect; before the first answer the local clock is used.
 */
export class ApiServerClock {
  readonly #monotonic: Clock;
  readonly #own: () => number;
  #onDateHeader: { date: number; at: number } | null = null;

  /** `own` is the local wall clock, in milliseconds since the epoch. */
  constructor(monotonic: Clock, own: () => number = Date.now) {
    this.#monotonic = monotonic;
    this.#own = own;
  }

  onDateHeader(header: string): void {
    const date = Date.parse(header);
    if (!Number.isNaN(date)) this.#onDateHeader = { date, at: this.#monotonic.monotonicMs() };
  }

  /** Milliseconds since the epoch, up to one second late. */
  now(): number {
    return this.#onDateHeader
      ? this.#onDateHeader.date + this.#monotonic.monotonicMs() - this.#onDateHeader.at
      : this.#own();
  }
}
