import { setImmediate as nextTurn } from 'node:timers/promises';

/** Upper bound of the delay that reading a list adds to reviews, apart from the step in progress. */
const TURN_MS = 3;

/** Splits long work into time slices. Concurrent tasks share one instance, or their slices would add up to a stall. */
export class Turns {
  readonly #now: () => number;
  #end = Number.NEGATIVE_INFINITY;
  #queue: Promise<void> = Promise.resolve();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True if the time slice is used up and the caller must wait for `next`. */
  get over(): boolean {
    return this.#now() >= this.#end;
  }

  /** Resolves when the caller may continue, after earlier callers and pending work of the event loop. */
  next(): Promise<void> {
    this.#queue = this.#queue.then(() => nextTurn()).then(() => this.#begin());
    return this.#queue;
  }

  #begin(): void {
    this.#end = this.#now() + TURN_MS;
  }
}
