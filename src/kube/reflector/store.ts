import { isDeepStrictEqual } from 'node:util';

/** Called for each object whose projection changed: `before` is undefined for a new one, `after` for a deleted one. */
export type StoreListener<T> = (key: string, before: T | undefined, after: T | undefined) => void;

/**
 * The projected objects of one resource. An object, and the list of all, keep their identity until the projection
 * changes, which a status heartbeat does not do. Every method is synchronous, so no reader sees a partial update.
 */
export class Store<T extends object> {
  #objects = new Map<string, T>();
  #list: readonly T[] | null = null;
  readonly #onObject: StoreListener<T>;

  constructor(onObject: StoreListener<T> = () => {}) {
    this.#onObject = onObject;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  /** All objects, ordered by key. */
  list(): readonly T[] {
    this.#list ??= [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return this.#list;
  }

  /**
   * Returns the stored object if it equals `object`, which is then dropped: an unchanged object of a list costs no
   * memory while the list is read and no time when it replaces the old one.
   */
  reuseIfEqual(key: string, object: T): T {
    const before = this.#objects.get(key);
    return before && isDeepStrictEqual(before, object) ? before : object;
  }

  /** Returns true if the store changed. */
  set(key: string, object: T): boolean {
    const before = this.#objects.get(key);
    if (before && this.reuseIfEqual(key, object) === before) return false;
    this.#objects.set(key, object);
    this.#changed(key, before, object);
    return true;
  }

  /** Returns true if the store changed. */
  delete(key: string): boolean {
    const before = this.#objects.get(key);
    if (!before) return false;
    this.#objects.delete(key);
    this.#changed(key, before, undefined);
    return true;
  }

  /** Replaces the whole content with `objects`. Returns true if the store changed. */
  replace(objects: ReadonlyMap<string, T>): boolean {
    let changed = false;
    for (const key of [...this.#objects.keys()]) if (!objects.has(key)) changed = this.delete(key) || changed;
    for (const [key, object] of objects) {
      if (this.#objects.get(key) !== object) changed = this.set(key, object) || changed;
    }
    return changed;
  }

  #changed(key: string, before: T | undefined, after: T | undefined): void {
    this.#list = null;
    this.#onObject(key, before, after);
  }
}
