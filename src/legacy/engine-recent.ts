/** Holds what was used of late: at least so much of it as there is room for, and at most twice as much. */
export class Recent<K, V> {
  readonly #room: number;
  readonly #sizeOf: (value: V) => number;
  #recent = new Map<K, V>();
  #earlier = new Map<K, V>();
  /** Of the recent ones. */
  #size = 0;

  /** `sizeOf` in the units of `room`; by default each counts one. */
  constructor(room: number, sizeOf: (value: V) => number = () => 1) {
    this.#room = room;
    this.#sizeOf = sizeOf;
  }

  /** What is asked for has been used. */
  get(key: K): V | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const earlier = this.#earlier.get(key);
    if (earlier !== undefined) this.set(key, earlier);
    return earlier;
  }

  set(key: K, value: V): void {
    const size = this.#sizeOf(value);
    const replaced = this.#recent.get(key);
    this.#size += size - (replaced === undefined ? 0 : this.#sizeOf(replaced));
    if (this.#size > this.#room) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
      this.#size = size;
    }
    this.#recent.set(key, value);
  }

  clear(): void {
    this.#recent.clear();
    this.#earlier.clear();
    this.#size = 0;
  }
}
