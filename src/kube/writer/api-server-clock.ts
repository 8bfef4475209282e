import type { Clock } from '../../runtime/clock.ts';

/**
 * What time it is for the API server, by the Date header of its last answer: it is the one that verifies certificates,
 * so its clock counts, and a jump of the own one changes nothing. Before the first answer the own clock has to do.
 */
export class ServerClock {
  readonly #steady: Clock;
  readonly #own: () => number;
  #heard: { date: number; at: number } | null = null;

  /** `steady` never jumps (time since the process began); `own` is in milliseconds since the epoch. */
  constructor(steady: Clock, own: () => number = Date.now) {
    this.#steady = steady;
    this.#own = own;
  }

  heard(header: string): void {
    const date = Date.parse(header);
    if (!Number.isNaN(date)) this.#heard = { date, at: this.#steady.now() };
  }

  /** Milliseconds since the epoch, up to a second late. */
  now(): number {
    return this.#heard ? this.#heard.date + this.#steady.now() - this.#heard.at : this.#own();
  }
}
