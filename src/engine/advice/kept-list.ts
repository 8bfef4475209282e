/** A list that is computed as far as it is read, once. */
export class KeptList<T> implements Iterable<T> {
  readonly #source: Iterator<T>;
  readonly #read: T[] = [];

  constructor(source: Iterable<T>) {
    this.#source = source[Symbol.iterator]();
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; ; i++) {
      if (i >= this.#read.length) {
        const next = this.#source.next();
        if (next.done) return;
        this.#read.push(next.value);
      }
      yield this.#read[i] as T;
    }
  }
}
