interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

export interface Bounds {
  /** For all entries together, by the caller's estimates. */
  readonly maxBytes: number;
  /**
   * Once full, only one new key in this many displaces others; 1 if not given. A sweep over more objects than fit then still
   * finds most of those kept, and an object that is read again and again soon gets in.
   */
  readonly admitOneIn?: number;
}

/** A bounded map that drops the least recently used entry. */
export class BoundedMap<K, V> {
  readonly #bounds: Required<Bounds>;
  /** In order of last use. */
  readonly #entries = new Map<K, Entry<V>>();
  #bytes = 0;
  /** New keys since the last one that displaced others. */
  #refused = 0;

  constructor(bounds: Bounds) {
    this.#bounds = { admitOneIn: 1, ...bounds };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Replaces the value of this key. A value that does not fit is not kept. */
  set(key: K, value: V, bytes: number): void {
    const { maxBytes, admitOneIn } = this.#bounds;
    const isKnown = this.#entries.has(key);
    this.#delete(key);
    if (bytes > maxBytes) return;
    if (this.#bytes + bytes > maxBytes && !isKnown) {
      this.#refused = (this.#refused + 1) % admitOneIn;
      if (this.#refused !== 0) return;
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes + bytes <= maxBytes) break;
      this.#delete(oldest);
    }
    this.#entries.set(key, { value, bytes });
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
