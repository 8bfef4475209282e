import type { Clock } from '../../runtime/clock.ts';
import { StreamError } from '../client/errors.ts';

const MIN_WATCH_DURATION_MS = 1_000;

/** Duration and event count of one watch. */
export class WatchSession {
  readonly #clock: Clock;
  readonly #start: number;
  /** The timeout requested from the server, in seconds; random, so the watches of a cluster do not end together. */
  readonly seconds: number;
  #events = 0;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#start = clock.monotonicMs();
    this.seconds = Math.round(300 * (1 + random()));
  }

  event(): void {
    this.#events++;
  }

  /**
   * Classifies an end without an error: `early` if the server shuts down, perhaps for an upgrade; `silent` if not even
   * a bookmark came, which is due every minute. Throws StreamError `watch-too-short`.
   */
  end(): 'early' | 'silent' | 'usual' {
    const lived = this.#clock.monotonicMs() - this.#start;
    if (this.#events === 0 && lived < MIN_WATCH_DURATION_MS) {
      throw new StreamError('watch-too-short', 'the server closed a new watch immediately');
    }
    if (lived < this.seconds * 900) return 'early';
    return this.#events === 0 ? 'silent' : 'usual';
  }
}
