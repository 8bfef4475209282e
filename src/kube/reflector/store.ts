import { isDeepStrictEqual } from 'node:util';

/** Told of every object that really changed: `before` is undefined for a new one, `after` for one that is gone. */
export type OnObject<T> = (key: string, before: T | undefined, after: T | undefined) => void;

/**
 * The projected objects of one resource. An object, and the list of all, stay the very same until the projection
 * changes: what a status heartbeat touches is not part of it. Every method is one step, so no reader sees half of it.
 */
export class ObjectStore<T extends object> {
  #objects = new Map<string, T>();
  #list: readonly T[] | null = null;
  readonly #onObject: OnObject<T>;

  constructor(onObject: OnObject<T> = () => {}) {
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
   * The stored object where it says the same as `object`, which then need not be kept: what a list holds that is not
   * news costs nothing, neither memory while it is read nor time when it replaces the old one.
   */
  known(key: string, object: T): T {
    const before = this.#objects.get(key);
    return before && isDeepStrictEqual(before, object) ? before : object;
  }

  /** True where this changed something. */
  set(key: string, object: T): boolean {
    const before = this.#objects.get(key);
    if (before && this.known(key, object) === before) return false;
    this.#objects.set(key, object);
    this.#changed(key, before, object);
    return true;
  }

  /** True where this changed something. */
  delete(key: string): boolean {
    const before = this.#objects.get(key);
    if (!before) return false;
    this.#objects.delete(key);
    this.#changed(key, before, undefined);
    return true;
  }

  /** Makes `objects` the whole content: what is not among them vanishes. True where this changed something. */
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
