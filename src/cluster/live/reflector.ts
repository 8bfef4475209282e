import { asObject } from '../../model/raw.ts';
import type { ApiClient } from './api-client.ts';
import { Backoff } from './backoff.ts';
import { type Clock, pause } from './clock.ts';
import { ApiStatusError, describeError, StreamError } from './errors.ts';
import { InitialEvents, isOlder, versionOf } from './initial-events.ts';
import { type Listed, listAll } from './list.ts';
import type { Log } from './log.ts';
import type { ObjectStore } from './object-store.ts';
import { lacksWatchList, mustRelist, retryAfterMs } from './recovery.ts';
import { keyOf, type Resource } from './resources.ts';
import { ReflectorStatus } from './status.ts';
import { StringTable } from './string-table.ts';
import { type Patience, type WatchEvent, watch } from './watch.ts';

/** On top of the time after which the server itself ends a watch. */
const GRACE_MS = 30_000;
/** Initial objects come in one go: so long a pause means that their end will not be announced. */
const INITIAL_PATIENCE: Patience = { ms: 30_000, code: 'initial-events-unfinished' };
const SHORT_WATCH_MS = 1_000;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export interface ReflectorOptions<T extends object> {
  readonly resource: Resource<T>;
  readonly store: ObjectStore<T>;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** After every step that changed the store: one event, or one whole list. */
  readonly onChange: () => void;
  /** The server answers again after it did not, or after it ended a watch early. */
  readonly onReconnect: () => void;
}

interface WatchLife {
  readonly start: number;
  /** After which the server is asked to end it. */
  readonly seconds: number;
  events: number;
}

/**
 * Keeps a store equal to one resource of the cluster, for good: list, then watch, and after any failure watch on from
 * where it was, or list anew where that is impossible (client-go tools/cache/reflector.go, v0.37.1). Until a new list is
 * complete the store shows the old one.
 */
export class Reflector<T extends object> {
  readonly status: ReflectorStatus;
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  /** Apart, as an expired version is told by a server that works: a long absence of it is no reason to wait long. */
  readonly #expiryBackoff: Backoff;
  readonly #strings = new StringTable();
  readonly #stop = new AbortController();
  /** Where a watch goes on; null where only a list helps. */
  #version: string | null = null;
  #done: Promise<void> | null = null;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock, options.random);
    this.#expiryBackoff = new Backoff(options.clock, options.random);
    this.status = new ReflectorStatus(options.clock);
  }

  start(): void {
    this.#done ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.status.stopped();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        if (!signal.aborted) await pause(this.#options.clock, this.#failed(error), signal);
      }
    }
  }

  async #round(): Promise<void> {
    if (this.#version === null) {
      if (await this.#streamAll()) return;
      const { client, resource } = this.#options;
      this.#replace(await listAll(client, { resource, strings: this.#strings, signal: this.#stop.signal }));
    }
    await this.#follow(this.#version);
  }

  /** List and watch in one request; false where the server cannot do that. */
  async #streamAll(): Promise<boolean> {
    const initial = new InitialEvents<T>();
    const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', resourceVersion: '' };
    const life = this.#life();
    try {
      for await (const event of this.#watch(query, life.seconds)) {
        life.events++;
        if (this.#version !== null) this.#apply(event);
        else if (endsInitialEvents(event)) {
          this.#replace({ objects: initial.objects, resourceVersion: versionOf(event.object) });
          // This loop goes on for minutes and must not hold on to what the store lets go.
          initial.clear();
        } else initial.apply(event, raw => this.#project(raw));
      }
      if (this.#version === null) throw new StreamError('initial-events-unfinished', 'the watch ended too early');
      this.#ended(life);
      return true;
    } catch (error) {
      if (this.#version !== null || this.#stop.signal.aborted || !lacksWatchList(error)) throw error;
      const { log, resource } = this.#options;
      log('info', 'no streaming list, listing in pages', { resource: resource.name, why: describeError(error) });
      return false;
    }
  }

  async #follow(resourceVersion: string | null): Promise<void> {
    const life = this.#life();
    for await (const event of this.#watch({ resourceVersion: resourceVersion ?? '' }, life.seconds)) {
      life.events++;
      this.#apply(event);
    }
    this.#ended(life);
  }

  /** A watch about to begin; how long it shall live is random, so that not all watches of a cluster end together. */
  #life(): WatchLife {
    const { clock, random } = this.#options;
    return { start: clock.now(), seconds: Math.round(300 * (1 + random())), events: 0 };
  }

  /** Judges a watch that the server ended in good order. */
  #ended({ start, seconds, events }: WatchLife): void {
    if (this.#stop.signal.aborted) return;
    const lived = this.#options.clock.now() - start;
    // As a server does that shuts down, perhaps for a newer one.
    const early = lived < seconds * 900;
    if (early) this.status.interrupted();
    if (events > 0) return;
    if (lived < SHORT_WATCH_MS) throw new StreamError('watch-too-short', 'the server closed a new watch at once');
    // Bookmarks come every minute. None for a whole life: the server may be behind our version, as after a restored
    // backup of etcd, and would stay silent for ever.
    if (!early) this.#version = null;
  }

  #watch(query: Readonly<Record<string, string>>, seconds: number) {
    const { client, clock, resource } = this.#options;
    return watch(client, clock, {
      path: resource.path,
      accept: resource.accept.watch,
      query: { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(seconds), ...query },
      signal: this.#stop.signal,
      patience: () =>
        this.#version === null ? INITIAL_PATIENCE : { ms: seconds * 1000 + GRACE_MS, code: 'watch-hung' },
      onAccepted: () => this.#answered(),
      // While a new list is under way the view is as old as it was.
      onCurrent: () => this.#version !== null && this.status.current(),
    });
  }

  #project(raw: unknown): T {
    return this.#options.resource.project(raw, this.#strings);
  }

  #replace(listed: Listed<T>): void {
    const { store, onChange } = this.#options;
    const changed = store.replace(listed.objects);
    this.#version = listed.resourceVersion;
    this.status.current();
    this.status.listed();
    this.#answered();
    if (changed) onChange();
  }

  #apply(event: WatchEvent): void {
    const { store, onChange } = this.#options;
    const key = keyOf(event.object);
    const version = versionOf(event.object);
    // A watch tells of changes in their order. Where one does not, it cannot be known which state is the last.
    if (isOlder(version, this.#version ?? '')) {
      throw new StreamError('events-out-of-order', `after version ${this.#version} the watch went back to ${version}`);
    }
    let changed = false;
    if (event.type === 'DELETED') changed = store.delete(key);
    else if (event.type !== 'BOOKMARK') changed = store.set(key, this.#project(event.object));
    this.#version = version || this.#version;
    if (changed) onChange();
  }

  #answered(): void {
    if (!this.status.recovered()) return;
    this.#options.log('info', 'API server answers again', { resource: this.#options.resource.name });
    this.#options.onReconnect();
  }

  /** Notes the failure; milliseconds until the next try. */
  #failed(error: unknown): number {
    const { log, resource } = this.#options;
    const expired = error instanceof ApiStatusError && error.expired;
    if (mustRelist(error)) this.#version = null;
    const waitMs = Math.max((expired ? this.#expiryBackoff : this.#backoff).next(), retryAfterMs(error));
    const fields = { resource: resource.name, error: describeError(error), waitMs: Math.round(waitMs) };
    if (expired) log('info', 'resource version expired, listing again', fields);
    else log('warn', 'watch failed', { ...fields, resumes: this.#version !== null });
    if (!expired) this.status.failed(describeError(error));
    return waitMs;
  }
}

function endsInitialEvents(event: WatchEvent): boolean {
  if (event.type !== 'BOOKMARK') return false;
  const metadata = asObject(asObject(event.object).metadata);
  return asObject(metadata.annotations)[INITIAL_EVENTS_END] === 'true';
}
