interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
  /** In milliseconds, as all times here. */
  readonly usedAt: number;
}

export interface Bounds {
  /** Of all entries, by the caller's estimates. */
  readonly maxBytes: number;
  /**
   * An entry is displaced only if it has not been used for this long; until then the map keeps what it has. A sweep over more
   * objects than fit then still finds those that do fit, and costs no churn.
   */
  readonly minIdleMs?: number;
}

/** A bounded map that drops what was not used for longest. */
export class BoundedMap<K, V> {
  readonly #bounds: Required<Bounds>;
  /** In the order of their last use. */
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

  /** Replaces the value of this key, if any. A value for which no room can be made is not kept. */
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
