import type { Clock } from '../../runtime/clock.ts';
import { StoppedError } from '../client/errors.ts';

/** How one reflector is doing. */
export class ReflectorStatus {
  readonly #clock: Clock;
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  #away = false;
  /** Lists after the first. */
  relists = 0;
  watchErrors = 0;
  /** Null while all is well. */
  lastError: unknown = null;
  /** When the view was last known to be current, in milliseconds since the epoch; null before the first list. */
  currentAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    // Whoever waits sees it; nobody need wait.
    this.#synced.promise.catch(() => {});
  }

  get synced(): boolean {
    return this.#isSynced;
  }

  /** Rejects with StoppedError where it was stopped before. */
  get whenSynced(): Promise<void> {
    return this.#synced.promise;
  }

  listed(): void {
    if (this.#isSynced) this.relists++;
    this.#isSynced = true;
    this.#synced.resolve();
  }

  current(): void {
    this.currentAt = this.#clock.now();
  }

  failed(error: unknown): void {
    this.watchErrors++;
    this.#away = true;
    this.lastError = error;
  }

  /** The server ended a watch before its time, which is no failure. */
  interrupted(): void {
    this.#away = true;
  }

  /** True at the first answer after a failure or an interruption. */
  recovered(): boolean {
    const recovered = this.#away;
    this.#away = false;
    this.lastError = null;
    return recovered;
  }

  stopped(): void {
    this.#synced.reject(new StoppedError('stopped before the cluster had been read'));
  }
}
