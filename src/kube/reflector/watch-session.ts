import type { Clock } from '../../runtime/clock.ts';
import { StreamError } from '../client/errors.ts';

const SHORT_MS = 1_000;

/** One watch from its beginning to its end. */
export class WatchLife {
  readonly #clock: Clock;
  readonly #start: number;
  /** After which the server is asked to end it; random, so that not all watches of a cluster end together. */
  readonly seconds: number;
  #events = 0;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#start = clock.now();
    this.seconds = Math.round(300 * (1 + random()));
  }

  event(): void {
    this.#events++;
  }

  /**
   * Judges an end in good order: `early`, as of a server that shuts down, perhaps for a newer one, or `silent` after not
   * even a bookmark, which should come every minute. Throws StreamError `watch-too-short`.
   */
  end(): 'early' | 'silent' | 'usual' {
    const lived = this.#clock.now() - this.#start;
    if (this.#events === 0 && lived < SHORT_MS) {
      throw new StreamError('watch-too-short', 'the server closed a new watch at once');
    }
    if (lived < this.seconds * 900) return 'early';
    return this.#events === 0 ? 'silent' : 'usual';
  }
}
