/**
 * One go of the event loop: it takes what many connections have sent at once and works it off one by one. Nothing but the
 * beginning of that go tells how long the last of two hundred has waited for all others; and what can wait for its end,
 * such as the log, delays none of their answers and costs less there, as one of a kind after another.
 */
export class Turn<T> {
  readonly #now: () => number;
  readonly #atEnd: (left: T) => void;
  #since: number | null = null;
  #left: T[] = [];

  /** `now` in milliseconds. */
  constructor(now: () => number, atEnd: (left: T) => void) {
    this.#now = now;
    this.#atEnd = atEnd;
  }

  /** Since when a request that is being read now may have been waiting, in milliseconds of `now`. */
  since(): number {
    if (this.#since !== null) return this.#since;
    setImmediate(() => this.#end());
    this.#since = this.#now();
    return this.#since;
  }

  /** Leaves something for the end of this go. */
  leave(left: T): void {
    this.since();
    this.#left.push(left);
  }

  #end(): void {
    const all = this.#left;
    this.#since = null;
    this.#left = [];
    for (const left of all) this.#atEnd(left);
  }
}
