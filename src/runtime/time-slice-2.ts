import { setImmediate as nextTurn } from 'node:timers/promises';

/** Reviews wait no longer than this for whoever reads a list, apart from the step under way. */
const TURN_MS = 3;

/**
 * Parts long work into turns of the event loop. One for all who work in parallel: each gets turns of its own, so that
 * their work does not add up to a stall.
 */
export class Turns {
  readonly #now: () => number;
  #end = Number.NEGATIVE_INFINITY;
  #queue: Promise<void> = Promise.resolve();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True where whoever works has had its time, and is to wait for `next`. */
  get over(): boolean {
    return this.#now() >= this.#end;
  }

  /** Resolves when the caller may work on, after all who asked before and whatever else the event loop has to do. */
  next(): Promise<void> {
    this.#queue = this.#queue.then(() => nextTurn()).then(() => this.#begin());
    return this.#queue;
  }

  #begin(): void {
    this.#end = this.#now() + TURN_MS;
  }
}
