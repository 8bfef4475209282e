import { onTestFinished } from 'vitest';
import { LEASE_DURATION_SECONDS, LeaderElector } from '../../../src/controller/leader/elector.ts';
import { LeaseLock } from '../../../src/controller/leader/lease-lock.ts';
import { recordLog } from '../../kube/client.ts';
import { apiStatusError, type FakeStore } from '../../kube/writer/fake-object-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

export const LEASE = '/apis/coordination.k8s.io/v1/namespaces/zonewise/leases/zonewise-controller';

/** A candidate with its own clock and its own connection to the shared store. */
export class Candidate {
  readonly clock = new FakeClock();
  readonly log = recordLog();
  readonly #stopping = new AbortController();
  /** True while its work runs. */
  works = false;
  /** The state of its connection to the API server. */
  network: 'up' | 'refused' | 'silent' = 'up';
  /** Milliseconds that its work takes to stop. */
  stopsAfter = 0;
  readonly elector: LeaderElector;
  readonly done: Promise<unknown>;

  constructor(store: FakeStore, identity: string) {
    const lock = new LeaseLock({
      store: this.#through(store),
      namespace: 'zonewise',
      name: 'zonewise-controller',
      identity,
      durationSeconds: LEASE_DURATION_SECONDS,
      clock: this.clock,
      now: () => this.clock.now(),
    });
    const { clock, log } = this;
    this.elector = new LeaderElector({
      lock,
      clock,
      log: log.log,
      random: () => 0,
      lead: signal => this.#work(signal),
    });
    this.done = this.elector.run(this.#stopping.signal).catch(error => error);
    onTestFinished(() => this.stop());
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.works = true;
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    if (this.stopsAfter > 0) await new Promise<void>(resolve => void this.clock.setTimer(this.stopsAfter, resolve));
    this.works = false;
  }

  #through(store: FakeStore): FakeStore {
    const guard = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
      if (this.network === 'refused') throw apiStatusError(503, 'ServiceUnavailable');
      if (this.network === 'up') return call();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    };
    const { read, create, replace } = store;
    return Object.assign(Object.create(store), {
      read: (path: string, signal: AbortSignal) => guard(signal, () => read.call(store, path, signal)),
      create: (...args: Parameters<FakeStore['create']>) =>
        guard(args[2] as AbortSignal, () => create.apply(store, args)),
      replace: (...args: Parameters<FakeStore['replace']>) =>
        guard(args[2] as AbortSignal, () => replace.apply(store, args)),
    });
  }
}

/** Advances the time for all candidates in small steps and checks that never two of them work. */
export async function pass(millis: number, candidates: readonly Candidate[]): Promise<void> {
  await idle();
  for (let gone = 0; gone < millis; gone += 100) {
    for (const candidate of candidates) candidate.clock.advance(100);
    await idle();
    if (candidates.filter(({ works }) => works).length > 1) throw new Error(`two leaders work, ${gone} ms on`);
  }
}

/** Resolves when nothing more happens without a timer. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve));
}
