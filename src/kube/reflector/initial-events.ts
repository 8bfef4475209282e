import { keyOf } from '../../model/object-key.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { ObjectStore } from './store.ts';
import type { WatchEvent } from './watch.ts';

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * The objects that a streaming list is building up. Of two events for one object the newer counts, in whichever order
 * they come; objects among each other come in no order of their versions.
 */
export class InitialEvents<T extends object> {
  readonly #store: Pick<ObjectStore<T>, 'known'>;
  readonly objects = new Map<string, T>();
  /** Of the newest event for each object, also for those deleted. */
  readonly #versions = new Map<string, string>();

  constructor(store: Pick<ObjectStore<T>, 'known'>) {
    this.#store = store;
  }

  apply(event: WatchEvent, project: (raw: unknown) => T): void {
    if (event.type === 'BOOKMARK') return;
    const key = keyOf(event.object);
    const version = versionOf(event.object);
    if (isOlder(version, this.#versions.get(key) ?? '')) return;
    this.#versions.set(key, version);
    if (event.type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, this.#store.known(key, project(event.object)));
  }

  clear(): void {
    this.objects.clear();
    this.#versions.clear();
  }
}

/** True for the bookmark after the last of them. */
export function endsInitialEvents({ type, object }: WatchEvent): boolean {
  if (type !== 'BOOKMARK') return false;
  return asObject(asObject(asObject(object).metadata).annotations)[INITIAL_EVENTS_END] === 'true';
}

/** `''` where the object has none. */
export function versionOf(raw: unknown): string {
  return asString(asObject(asObject(raw).metadata).resourceVersion);
}

const COMPARABLE = /^[1-9]\d*$/;

/**
 * Versions of one resource are decimal numbers of any length that grow (apimachinery
 * pkg/util/resourceversion/resourceversion.go, v0.37.1). False where one of the two is none.
 */
export function isOlder(version: string, than: string): boolean {
  if (!COMPARABLE.test(version) || !COMPARABLE.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
