import { type ApiObject, isConflict, type ObjectApi } from '../../kube/writer/api-writer.ts';
import { microTime } from '../../kube/writer/micro-time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type LeaseRecord, readLease, sameRecord, withRecord } from './lease.ts';

export interface LeaseLockOptions {
  readonly store: ObjectApi;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process, even for a restarted process of the same name. */
  readonly identity: string;
  readonly durationSeconds: number;
  /** Measures how long another holder's record is unchanged; should be monotonic. */
  readonly clock: Clock;
  /** Milliseconds since the epoch, for users who read the Lease. */
  readonly now: () => number;
}

/** `holder` is null after a conflicting write, when the holder is not known yet. */
export type AcquireResult = { readonly held: true } | { readonly held: false; readonly holder: string | null };

/**
 * Acquires and renews one Lease. As in client-go, another holder's lease has expired once its record is unchanged for
 * its duration by the local clock; times in the record are ignored, so clock skew does no harm (tools/leaderelection,
 * v0.37.1).
 */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #collection: string;
  readonly #path: string;
  #seen: { record: LeaseRecord; at: number } | null = null;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`;
    this.#path = `${this.#collection}/${options.name}`;
  }

  /** Acquires or renews the lease if possible. Throws ApiStatusError or the network's error. */
  async tryAcquireOrRenew(signal: AbortSignal): Promise<AcquireResult> {
    const { store, identity } = this.#options;
    const lease = await store.read(this.#path, signal);
    const before = lease && this.#observe(lease);
    if (before && before.holderIdentity !== identity && !this.#lapsed(before))
      return { held: false, holder: before.holderIdentity };
    try {
      await this.#write(lease, this.#own(before), signal);
      return { held: true };
    } catch (error) {
      if (isConflict(error)) return { held: false, holder: null };
      throw error;
    }
  }

  /** Releases the lease, so that the next leader need not wait. Does nothing if another process holds it. */
  async release(signal: AbortSignal): Promise<void> {
    const lease = await this.#options.store.read(this.#path, signal);
    const before = lease && readLease(lease);
    if (!before || before.holderIdentity !== this.#options.identity) return;
    const time = microTime(this.#options.now());
    const record = { ...before, holderIdentity: '', durationSeconds: 1, acquireTime: time, renewTime: time };
    await this.#write(lease, record, signal);
  }

  #observe(lease: ApiObject): LeaseRecord {
    const record = readLease(lease);
    if (!this.#seen || !sameRecord(this.#seen.record, record)) {
      this.#seen = { record, at: this.#options.clock.monotonicMs() };
    }
    return record;
  }

  #lapsed(record: LeaseRecord): boolean {
    const since = this.#seen?.at ?? Number.POSITIVE_INFINITY;
    return record.holderIdentity === '' || since + record.durationSeconds * 1000 <= this.#options.clock.monotonicMs();
  }

  #own(before: LeaseRecord | null): LeaseRecord {
    const { identity, durationSeconds, now } = this.#options;
    const time = microTime(now());
    const stays = before?.holderIdentity === identity;
    return {
      holderIdentity: identity,
      durationSeconds,
      acquireTime: stays ? before.acquireTime : time,
      renewTime: time,
      transitions: (before?.transitions ?? 0) + (stays || !before ? 0 : 1),
    };
  }

  #write(lease: ApiObject | null, record: LeaseRecord, signal: AbortSignal): Promise<ApiObject> {
    const { store, namespace, name } = this.#options;
    if (lease) return store.replace(this.#path, withRecord(lease, record), signal);
    const fresh = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
    return store.create(this.#collection, withRecord(fresh, record), signal);
  }
}
