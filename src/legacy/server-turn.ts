/** So long answers wait at most for what is judged after them, in milliseconds. */
const LONGEST = 3;

/** So many are told at once at the latest, also where the asking never ends. */
const MANY = 64;

/**
 * One go of the event loop, which takes what many connections have sent at once and reads it one by one. What is asked in it
 * is worked off when all of it has been read, then answered, and told of in a later go: a processor does many things of one
 * kind in far less time than the same by turns. Nothing but the beginning of the go tells how long the last of two hundred
 * has waited for all others.
 */
export class Turn<T> {
  readonly #now: () => number;
  readonly #tell: (told: T) => void;
  #since: number | null = null;
  #asked: (() => void)[] = [];
  #told: T[] = [];
  #atEnd: NodeJS.Immediate | null = null;

  /** `now` in milliseconds. */
  constructor(now: () => number, tell: (told: T) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  /** Since when a request that is being read now may have been waiting, in milliseconds of `now`. */
  since(): number {
    if (this.#since === null) {
      this.#since = this.#now();
      this.#schedule();
    }
    return this.#since;
  }

  /** What the work comes to, once all has been read. */
  ask<A>(work: () => A | Promise<A>): Promise<A> {
    this.#schedule();
    return new Promise((resolve, reject) => {
      this.#asked.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Told in a later turn, when the answer is on its way: when there is nothing else to do, or when many are left. */
  leave(told: T): void {
    this.#schedule();
    this.#told.push(told);
  }

  #schedule(): void {
    this.#atEnd ??= setImmediate(() => this.#end());
  }

  #end(): void {
    this.#atEnd = null;
    this.#since = null;
    if (this.#asked.length === 0 || this.#told.length >= MANY) this.#tellAll();
    this.#workOff();
    if (this.#asked.length > 0 || this.#told.length > 0) this.#schedule();
  }

  #tellAll(): void {
    const told = this.#told;
    this.#told = [];
    for (const each of told) this.#tell(each);
  }

  #workOff(): void {
    const until = this.#now() + LONGEST;
    const asked = this.#asked;
    let done = 0;
    while (done < asked.length && (done === 0 || this.#now() < until)) asked[done++]?.();
    this.#asked = asked.slice(done);
  }
}
