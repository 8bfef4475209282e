interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
  /** In milliseconds, like all times here. */
  readonly usedAt: number;
}

export interface Bounds {
  /** For all entries together, by the caller's estimates. */
  readonly maxBytes: number;
  /** An entry is displaced only after this time without use, so a sweep over more objects than fit still finds some. */
  readonly minIdleMs?: number;
}

/** A bounded map that drops the least recently used entry. */
export class BoundedMap<K, V> {
  readonly #bounds: Required<Bounds>;
  /** In order of last use. */
  readonly #entries = new Map<K, Entry<V>>();
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = { minIdleMs: 0, ...bounds };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: K, now = 0): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, { ...entry, usedAt: now });
    return entry.value;
  }

  /** Replaces the value of this key. A value that does not fit is not kept. */
  set(key: K, value: V, { bytes, now = 0 }: { readonly bytes: number; readonly now?: number }): void {
    this.#delete(key);
    const { maxBytes, minIdleMs } = this.#bounds;
    if (bytes > maxBytes) return;
    for (const [oldest, { usedAt }] of this.#entries) {
      if (this.#bytes + bytes <= maxBytes) break;
      if (now - usedAt < minIdleMs) return;
      this.#delete(oldest);
    }
    this.#entries.set(key, { value, bytes, usedAt: now });
    this.#bytes += bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #delete(key: K): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
