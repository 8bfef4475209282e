export interface SlotLimits {
  readonly total: number;
  readonly perKey: number;
  /** Calls of one key that may wait; further ones are refused. */
  readonly waitingPerKey: number;
}

/**
 * Limits concurrent work, in turn between keys: while one key has many calls waiting, the next free slot goes to another
 * key's first. The keys that wait are as many as the callers' limits allow.
 */
export class FairSlots {
  readonly #limits: SlotLimits;
  readonly #inUse = new Map<string, number>();
  /** The key served last is at the end. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #total = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /** Resolves when a slot is taken, or rejects with the signal's reason; `null` if too many calls of the key wait. */
  take(key: string, signal: AbortSignal): Promise<void> | null {
    if (this.#isFree(key)) {
      this.#occupy(key);
      return Promise.resolve();
    }
    const queue = this.#waiting.get(key) ?? [];
    if (queue.length >= this.#limits.waitingPerKey) return null;
    this.#waiting.set(key, queue);
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.set(
          key,
          (this.#waiting.get(key) ?? []).filter(other => other !== start),
        );
        if (this.#waiting.get(key)?.length === 0) this.#waiting.delete(key);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(start);
    });
  }

  release(key: string): void {
    this.#total--;
    const left = (this.#inUse.get(key) ?? 1) - 1;
    if (left > 0) this.#inUse.set(key, left);
    else this.#inUse.delete(key);
    for (const [next, queue] of this.#waiting) {
      if (!this.#isFree(next)) continue;
      this.#waiting.delete(next);
      const start = queue.shift();
      if (queue.length > 0) this.#waiting.set(next, queue);
      this.#occupy(next);
      start?.();
      return;
    }
  }

  #isFree(key: string): boolean {
    return this.#total < this.#limits.total && (this.#inUse.get(key) ?? 0) < this.#limits.perKey;
  }

  #occupy(key: string): void {
    this.#total++;
    this.#inUse.set(key, (this.#inUse.get(key) ?? 0) + 1);
  }
}
