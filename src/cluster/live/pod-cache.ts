import type { Pod } from '../../model/pod.ts';
import type { Clock } from '../../runtime/clock.ts';

const TTL_MS = 5_000;
/** Upper bound of the lists in the cache, by their sizes as received. */
const MAX_CACHED_BYTES = 16 * 1024 * 1024;

interface Answer {
  readonly kind: 'pods';
  readonly pods: readonly Pod[];
}

/** Results of the last 5 s, oldest first. */
export class PodCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly answer: Answer; readonly until: number; readonly bytes: number }>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Answer | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > this.#clock.monotonicMs() ? entry.answer : undefined;
  }

  set(key: string, answer: Answer, bytes: number): void {
    this.#drop(key);
    this.#entries.set(key, { answer, bytes, until: this.#clock.monotonicMs() + TTL_MS });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (entry.until > this.#clock.monotonicMs() && this.#bytes <= MAX_CACHED_BYTES) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
