import { keyOf } from '../../model/object-key.ts';
import { sleep } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { StreamError } from '../client/errors.ts';
import { isWatchListUnsupported, requiresRelist } from './error-classes.ts';
import { endsInitialEvents, InitialEvents, isOlderVersion, resourceVersionOfObject } from './initial-events.ts';
import { type ListResult, listAll } from './pager.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import { ReflectorStatus } from './reflector-status.ts';
import { RetryPolicy } from './retry-policy.ts';
import { StringInterner } from './string-interner.ts';
import { type IdleTimeout, type WatchEvent, watch } from './watch.ts';
import { WatchSession } from './watch-session.ts';

/** Added to the time after which the server ends a watch. */
const WATCH_GRACE_MS = 30_000;
/** Initial objects arrive without pauses, so a long pause means that the server will not announce their end. */
const INITIAL_EVENTS_TIMEOUT: IdleTimeout = { ms: 30_000, code: 'initial-events-unfinished' };

/**
 * Keeps a store equal to one resource of the cluster: list, watch, and after a failure resume the watch or, if that is
 * impossible, list again (client-go tools/cache/reflector.go, v0.37.1). The store keeps its old content until a new
 * list is complete.
 */
export class Reflector<T extends object> {
  readonly status: ReflectorStatus;
  readonly #options: ReflectorOptions<T>;
  readonly #failures: RetryPolicy;
  readonly #strings = new StringInterner();
  readonly #stop = new AbortController();
  /** The version to resume from; null if a new list is necessary. */
  #version: string | null = null;
  #done: Promise<void> | null = null;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#failures = new RetryPolicy(options);
    this.status = new ReflectorStatus(options.clock);
  }

  start(): void {
    this.#done ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.status.onStopped();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        if (!signal.aborted) await sleep(this.#options.clock, this.#failed(error), signal);
      }
    }
  }

  async #round(): Promise<void> {
    if (this.#version === null) {
      if (await this.#streamAll()) return;
      const { client, resource, store, timeSlicer } = this.#options;
      const { signal } = this.#stop;
      this.#replace(await listAll(client, { resource, store, timeSlicer, strings: this.#strings, signal }));
    }
    await this.#follow(this.#version);
  }

  /** Lists and watches in one request. Returns false if the server does not support that. */
  async #streamAll(): Promise<boolean> {
    const initial = new InitialEvents(this.#options.store);
    const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', resourceVersion: '' };
    const life = this.#life();
    try {
      for await (const event of this.#watch(query, life.seconds)) {
        life.event();
        if (this.#version !== null) this.#apply(event);
        else if (endsInitialEvents(event)) {
          this.#replace({ objects: initial.objects, resourceVersion: resourceVersionOfObject(event.object) });
          // This loop lasts minutes and must not retain objects that the store has dropped.
          initial.clear();
        } else initial.apply(event, raw => this.#project(raw));
      }
      if (this.#version === null) throw new StreamError('initial-events-unfinished', 'the watch ended too early');
      this.#ended(life);
      return true;
    } catch (error) {
      if (this.#version !== null || this.#stop.signal.aborted || !isWatchListUnsupported(error)) throw error;
      const { log, resource } = this.#options;
      log('info', 'no streaming list, listing in pages', {
        resource: resource.name,
        why: errorMessageWithCause(error),
      });
      return false;
    }
  }

  async #follow(resourceVersion: string | null): Promise<void> {
    const life = this.#life();
    for await (const event of this.#watch({ resourceVersion: resourceVersion ?? '' }, life.seconds)) {
      life.event();
      this.#apply(event);
    }
    this.#ended(life);
  }

  #life(): WatchSession {
    return new WatchSession(this.#options.clock, this.#options.random);
  }

  /** Handles a watch that the server ended without an error. */
  #ended(life: WatchSession): void {
    if (this.#stop.signal.aborted) return;
    const end = life.end();
    if (end === 'early') this.status.onInterrupted();
    // The server may be behind our version, as after a restored backup of etcd, and would then never send an event.
    if (end === 'silent') this.#version = null;
  }

  #watch(query: Readonly<Record<string, string>>, seconds: number) {
    const { client, clock, resource, timeSlicer } = this.#options;
    return watch(client, clock, {
      path: resource.path,
      accept: resource.accept.watch,
      query: {
        ...resource.query,
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(seconds),
        ...query,
      },
      signal: this.#stop.signal,
      timeSlicer,
      idleTimeout: () =>
        this.#version === null ? INITIAL_EVENTS_TIMEOUT : { ms: seconds * 1000 + WATCH_GRACE_MS, code: 'watch-hung' },
      onAccepted: () => this.#answered(),
      // During a relist the store keeps its age.
      onCurrent: () => this.#version !== null && this.status.onCurrent(),
    });
  }

  #project(raw: unknown): T {
    return this.#options.resource.project(raw, this.#strings);
  }

  #replace(listed: ListResult<T>): void {
    const { store, onChange, log, resource } = this.#options;
    const changed = store.replace(listed.objects);
    log('info', 'listed', { resource: resource.name, objects: store.size });
    this.#version = listed.resourceVersion;
    this.status.onCurrent();
    this.status.onListed();
    this.#answered();
    if (changed) onChange();
  }

  #apply(event: WatchEvent): void {
    const { store, onChange } = this.#options;
    const key = keyOf(event.object);
    const version = resourceVersionOfObject(event.object);
    // A watch delivers changes in order. If it does not, the latest state is unknown.
    if (isOlderVersion(version, this.#version ?? '')) {
      throw new StreamError('events-out-of-order', `after version ${this.#version} the watch went back to ${version}`);
    }
    let changed = false;
    if (event.type === 'DELETED') changed = store.delete(key);
    else if (event.type !== 'BOOKMARK') changed = store.set(key, this.#project(event.object));
    this.#version = version || this.#version;
    if (changed) onChange();
  }

  #answered(): void {
    if (!this.status.takeRecovery()) return;
    this.#options.log('info', 'API server answers again', { resource: this.#options.resource.name });
    this.#options.onReconnect();
  }

  /** Records the failure and returns the milliseconds until the next attempt. */
  #failed(error: unknown): number {
    if (requiresRelist(error)) this.#version = null;
    const { waitMs, failed } = this.#failures.onFailure(error, this.#version !== null);
    if (failed) this.status.onFailed(error);
    return waitMs;
  }
}
