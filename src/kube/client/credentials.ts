import { stat } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import { type Connection, describeConnection, openDispatcher } from './connection.ts';
import { KubeconfigError, StoppedError } from './errors.ts';
import { type KubeconfigChoice, type LoadedKubeconfig, loadKubeconfig } from './kubeconfig.ts';

/** How long a connection is used without looking at its files again. */
const TRUSTED_MS = 1_000;
/** A credential plugin may ask a person; after this it is given up. */
const SLOWEST_MS = 60_000;

/** A connection with the dispatcher that carries it. A new object means new credentials. */
export interface Session {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
}

/**
 * Keeps the connection to the API server current: files are read again when they change, plugins run again when their
 * credential expires, everything is read anew when the server refuses it. One dispatcher at a time; a replaced one
 * lives on until its last watch ends.
 */
export class Credentials {
  readonly #choice: KubeconfigChoice;
  readonly #clock: Clock;
  readonly #open = new Set<Dispatcher>();
  #loaded: LoadedKubeconfig | null = null;
  #stamp = '';
  #session: Session | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<Session> | null = null;
  #closed = false;

  constructor(choice: KubeconfigChoice, clock: Clock) {
    this.#choice = choice;
    this.#clock = clock;
  }

  /** Throws KubeconfigError; the next call tries again. */
  current(): Promise<Session> {
    const fresh = this.#clock.now() - this.#checkedAt < TRUSTED_MS;
    if (this.#session && fresh && !this.#underWay) return Promise.resolve(this.#session);
    return this.#once();
  }

  /** New credentials after the server refused those of `refused`; what another request fetched meanwhile will do. */
  renew(refused: Session): Promise<Session> {
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
    const changed = known === null || this.#stamp !== (await stampOf(known.files));
    const loaded = changed ? await loadKubeconfig(this.#choice) : known;
    const stamp = await stampOf(loaded.files);
    const connection = await describeConnection(loaded.config);
    if (this.#closed) throw new StoppedError('the connection to the cluster is closed');
    this.#loaded = loaded;
    this.#stamp = stamp;
    this.#checkedAt = this.#clock.now();
    if (before && same(before.connection, connection)) return before;
    const reuse = before?.connection.fingerprint === connection.fingerprint;
    this.#session = { connection, dispatcher: reuse ? before.dispatcher : this.#replace(before, connection) };
    return this.#session;
  }

  #replace(before: Session | null, connection: Connection): Dispatcher {
    const dispatcher = openDispatcher(connection);
    this.#open.add(dispatcher);
    if (before) retire(before.dispatcher).finally(() => this.#open.delete(before.dispatcher));
    return dispatcher;
  }

  #inTime(reading: Promise<Session>): Promise<Session> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(SLOWEST_MS, () => {
        const seconds = SLOWEST_MS / 1000;
        reject(new KubeconfigError('exec-plugin-failed', `no credentials within ${seconds} s`));
      });
      reading.then(resolve, reject).finally(cancel);
    });
  }
}

/** Waits for the requests under way, which at most live as long as a watch. */
async function retire(dispatcher: Dispatcher): Promise<void> {
  // It fails where `close` destroyed it meanwhile: gone is gone.
  await dispatcher.close().catch(() => {});
}

function same(a: Connection, b: Connection): boolean {
  return (
    a.fingerprint === b.fingerprint && a.prefix === b.prefix && JSON.stringify(a.headers) === JSON.stringify(b.headers)
  );
}

/** Mounted Secrets and tokens are symbolic links that move: size, time and inode of what they lead to. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(file =>
      stat(file).then(
        found => `${found.ino}:${found.size}:${found.mtimeMs}`,
        () => 'missing',
      ),
    ),
  );
  return stamps.join(' ');
}
