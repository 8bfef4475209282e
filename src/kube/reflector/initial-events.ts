import { keyOf } from '../../model/object-key.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { Store } from './store.ts';
import type { WatchEvent } from './watch.ts';

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * Collects the objects of a streaming list. Of two events for one object the one with the newer version wins, in any
 * order of arrival; different objects arrive in no particular order of versions.
 */
export class InitialEvents<T extends object> {
  readonly #store: Pick<Store<T>, 'reuseIfEqual'>;
  readonly objects = new Map<string, T>();
  /** The version of the newest event for each object, including deleted ones. */
  readonly #versions = new Map<string, string>();

  constructor(store: Pick<Store<T>, 'reuseIfEqual'>) {
    this.#store = store;
  }

  apply(event: WatchEvent, project: (raw: unknown) => T): void {
    if (event.type === 'BOOKMARK') return;
    const key = keyOf(event.object);
    const version = resourceVersionOfObject(event.object);
    if (isOlderVersion(version, this.#versions.get(key) ?? '')) return;
    this.#versions.set(key, version);
    if (event.type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, this.#store.reuseIfEqual(key, project(event.object)));
  }

  clear(): void {
    this.objects.clear();
    this.#versions.clear();
  }
}

/** Returns true for the bookmark that ends the initial events. */
export function endsInitialEvents({ type, object }: WatchEvent): boolean {
  if (type !== 'BOOKMARK') return false;
  return asObject(asObject(asObject(object).metadata).annotations)[INITIAL_EVENTS_END] === 'true';
}

/** Returns `''` if the object has no resource version. */
export function resourceVersionOfObject(raw: unknown): string {
  return asString(asObject(asObject(raw).metadata).resourceVersion);
}

const DECIMAL_VERSION = /^[1-9]\d*$/;

/**
 * Compares two versions, which are growing decimal numbers of any length (apimachinery
 * pkg/util/resourceversion/resourceversion.go, v0.37.1). Returns false if either is not such a number.
 */
export function isOlderVersion(version: string, than: string): boolean {
  if (!DECIMAL_VERSION.test(version) || !DECIMAL_VERSION.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
