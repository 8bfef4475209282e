import type { Clock } from '../../runtime/clock.ts';
import { StoppedError } from '../client/errors.ts';

/** The sync state and the errors of one reflector. */
export class ReflectorStatus {
  readonly #clock: Clock;
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  #away = false;
  /** Lists after the first one. */
  relists = 0;
  watchErrors = 0;
  /** Null if the last request succeeded. */
  lastError: unknown = null;
  /** When the store was last known to be current, in milliseconds of the monotonic clock; null before the first list. */
  currentAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    // A rejection reaches every caller that waits; without one it must not be an unhandled rejection.
    this.#synced.promise.catch(() => {});
  }

  get synced(): boolean {
    return this.#isSynced;
  }

  /** Resolves after the first list. Rejects with StoppedError if the reflector is stopped before. */
  get whenSynced(): Promise<void> {
    return this.#synced.promise;
  }

  onListed(): void {
    if (this.#isSynced) this.relists++;
    this.#isSynced = true;
    this.#synced.resolve();
  }

  onCurrent(): void {
    this.currentAt = this.#clock.monotonicMs();
  }

  onFailed(error: unknown): void {
    this.watchErrors++;
    this.#away = true;
    this.lastError = error;
  }

  /** Records that the server ended a watch early, which is not a failure. */
  onInterrupted(): void {
    this.#away = true;
  }

  /** Returns true at the first answer after a failure or an interruption. */
  takeRecovery(): boolean {
    const recovered = this.#away;
    this.#away = false;
    this.lastError = null;
    return recovered;
  }

  onStopped(): void {
    this.#synced.reject(new StoppedError('stopped before the cluster had been read'));
  }
}
