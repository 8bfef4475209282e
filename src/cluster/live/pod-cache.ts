import type { Pod } from '../../model/pod.ts';
import type { Clock } from '../../runtime/clock.ts';

const TTL_MS = 5_000;
/** Upper bound of the cached Pods, over all entries. */
const MAX_CACHED_PODS = 50_000;

interface Answer {
  readonly kind: 'pods';
  readonly pods: readonly Pod[];
}

/** Results of the last 5 s, oldest first. */
export class PodCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly answer: Answer; readonly until: number }>();
  #pods = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Answer | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > this.#clock.now() ? entry.answer : undefined;
  }

  set(key: string, answer: Answer): void {
    this.#drop(key);
    this.#entries.set(key, { answer, until: this.#clock.now() + TTL_MS });
    this.#pods += answer.pods.length;
    for (const [oldest, entry] of this.#entries) {
      if (entry.until > this.#clock.now() && this.#pods <= MAX_CACHED_PODS) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#pods -= entry.answer.pods.length;
  }
}
