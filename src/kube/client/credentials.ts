import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import { fileStamps } from '../../runtime/file-watcher.ts';
import { type Connection, openDispatcher, resolveConnection } from './connection.ts';
import { KubeconfigError, StoppedError } from './errors.ts';
import { type KubeconfigSelection, type LoadedKubeconfig, loadKubeconfig } from './kubeconfig.ts';

/** How long a connection is used before its files are checked again. */
const RECHECK_INTERVAL_MS = 1_000;
/** Timeout of an exec plugin, which may prompt the user. */
const CREDENTIALS_TIMEOUT_MS = 60_000;

/** A connection and its dispatcher. A new object means new credentials. */
export interface Session {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
}

/**
 * Keeps the connection to the API server current: changed files and expired plugin credentials are read again, and
 * after a 401 everything is. One dispatcher is in use; a replaced one stays open until its last watch ends.
 */
export class Credentials {
  readonly #choice: KubeconfigSelection;
  readonly #clock: Clock;
  readonly #open = new Set<Dispatcher>();
  #loaded: LoadedKubeconfig | null = null;
  #stamp = '';
  #session: Session | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<Session> | null = null;
  #closed = false;

  constructor(choice: KubeconfigSelection, clock: Clock) {
    this.#choice = choice;
    this.#clock = clock;
  }

  /** Returns the session in use. Throws KubeconfigError; the next call tries again. */
  current(): Promise<Session> {
    const fresh = this.#clock.monotonicMs() - this.#checkedAt < RECHECK_INTERVAL_MS;
    if (this.#session && fresh && !this.#underWay) return Promise.resolve(this.#session);
    return this.#once();
  }

  /** Returns new credentials after a 401 for those of `refused`, or those that another request has fetched since. */
  refresh(refused: Session): Promise<Session> {
    if (this.#session !== refused) return this.current();
    if (!this.#underWay) this.#loaded = null;
    return this.#once();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#session = null;
    await Promise.all([...this.#open].map(dispatcher => dispatcher.destroy()));
  }

  #once(): Promise<Session> {
    this.#underWay ??= this.#inTime(this.#read()).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #read(): Promise<Session> {
    const before = this.#session;
    const known = this.#loaded;
    const changed = known === null || this.#stamp !== (await fileStamps(known.files));
    const loaded = changed ? await loadKubeconfig(this.#choice) : known;
    const stamp = await fileStamps(loaded.files);
    const connection = await resolveConnection(loaded.config);
    if (this.#closed) throw new StoppedError('the connection to the cluster is closed');
    this.#loaded = loaded;
    this.#stamp = stamp;
    this.#checkedAt = this.#clock.monotonicMs();
    if (before && sameConnection(before.connection, connection)) return before;
    const reuse = before?.connection.fingerprint === connection.fingerprint;
    this.#session = { connection, dispatcher: reuse ? before.dispatcher : this.#replace(before, connection) };
    return this.#session;
  }

  #replace(before: Session | null, connection: Connection): Dispatcher {
    const dispatcher = openDispatcher(connection);
    this.#open.add(dispatcher);
    if (before) closeWhenIdle(before.dispatcher).finally(() => this.#open.delete(before.dispatcher));
    return dispatcher;
  }

  #inTime(reading: Promise<Session>): Promise<Session> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.setTimer(CREDENTIALS_TIMEOUT_MS, () => {
        const seconds = CREDENTIALS_TIMEOUT_MS / 1000;
        reject(new KubeconfigError('exec-plugin-failed', `no credentials within ${seconds} s`));
      });
      reading.then(resolve, reject).finally(cancel);
    });
  }
}

/** Closes the dispatcher when its requests have ended, which takes at most the duration of a watch. */
async function closeWhenIdle(dispatcher: Dispatcher): Promise<void> {
  // Rejects if `close` has destroyed the dispatcher in the meantime; it is closed either way.
  await dispatcher.close().catch(() => {});
}

function sameConnection(a: Connection, b: Connection): boolean {
  return (
    a.fingerprint === b.fingerprint && a.prefix === b.prefix && JSON.stringify(a.headers) === JSON.stringify(b.headers)
  );
}
