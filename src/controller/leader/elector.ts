import { whenAborted } from '../../runtime/abort.ts';
import { type Clock, sleep } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { LeaseLock } from './lease-lock.ts';
import { waitForStop } from './stop.ts';

/** Durations in milliseconds; the defaults are client-go's 15 s (in the lock), 10 s and 2 s. */
export interface ElectionTiming {
  /** A leader that cannot renew for this long stops. It is below the lease duration: it stops before another starts. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  /** Timeout of one lease request; short enough that a leader can retry after a request on a dead connection. */
  readonly requestTimeoutMs: number;
  /** How long the work may take to stop before the process ends. */
  readonly stopTimeoutMs: number;
}

export const LEASE_DURATION_SECONDS = 15;
const TIMING: ElectionTiming = {
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
  requestTimeoutMs: 4_000,
  stopTimeoutMs: 5_000,
};
/** client-go's JitterFactor: prevents candidates that started together from sending requests together. */
const JITTER_FACTOR = 1.2;
const RELEASE_TIMEOUT_MS = 2_000;

export interface ElectorOptions {
  readonly lock: LeaseLock;
  readonly clock: Clock;
  readonly log: Log;
  /** The leader's work. It starts on election and must end soon after the signal. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly timing?: ElectionTiming;
  readonly random?: () => number;
}

/** Acquires the lease, leads while it holds it, and then waits for it again. */
export class LeaderElector {
  readonly #options: ElectorOptions;
  readonly #timing: ElectionTiming;
  #isLeader = false;
  #leaderObserved = false;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** True once the API server has reported a leader. */
  get leaderObserved(): boolean {
    return this.#leaderObserved;
  }

  /** Runs until the signal is aborted; then stops the work and releases the lease. Rejects with LeaderStopTimeoutError. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    while (!signal.aborted) {
      const requestedAt = clock.monotonicMs();
      if ((await this.#attempt(signal)) === true) await this.#term(signal, requestedAt);
      else await sleep(clock, this.#timing.retryPeriodMs * (1 + random() * JITTER_FACTOR), signal);
    }
  }

  /** One term, from election to the end of the work. The lease is renewed until the work has stopped, then released. */
  async #term(stopping: AbortSignal, elected: number): Promise<void> {
    const { clock, log, lead } = this.#options;
    const lost = new AbortController();
    const released = new AbortController();
    log('info', 'elected leader', {});
    this.#isLeader = true;
    const work = lead(AbortSignal.any([stopping, lost.signal]));
    const renewing = this.#renew(lost, released.signal, elected).finally(() => lost.abort());
    try {
      await Promise.race([work, whenAborted(stopping), whenAborted(lost.signal)]);
      await waitForStop(work, this.#timing.stopTimeoutMs, clock);
    } finally {
      this.#isLeader = false;
      released.abort();
      await renewing;
    }
    if (stopping.aborted) await this.#release();
  }

  /** Returns when the lease is lost, or when `until` is aborted. */
  async #renew(lost: AbortController, until: AbortSignal, elected: number): Promise<void> {
    const { clock, log } = this.#options;
    const { renewDeadlineMs, retryPeriodMs } = this.#timing;
    const either = AbortSignal.any([lost.signal, until]);
    const expire = () => {
      log('error', 'leadership lost: the lease could not be renewed in time', { deadlineMs: renewDeadlineMs });
      lost.abort();
    };
    // Measured from before the request: other candidates measure from when they see the renewal, which is later.
    let cancel = clock.setTimer(elected + renewDeadlineMs - clock.monotonicMs(), expire);
    while (!either.aborted) {
      await sleep(clock, retryPeriodMs, either);
      const requestedAt = clock.monotonicMs();
      const held = either.aborted ? null : await this.#attempt(either);
      if (held === false) lost.abort();
      if (held !== true || either.aborted) continue;
      cancel();
      cancel = clock.setTimer(requestedAt + renewDeadlineMs - clock.monotonicMs(), expire);
    }
    cancel();
  }

  /** Returns whether the lease is held; null if that is unknown. */
  async #attempt(signal: AbortSignal): Promise<boolean | null> {
    const { clock, lock, log } = this.#options;
    const { requestTimeoutMs } = this.#timing;
    const late = new AbortController();
    const cancel = clock.setTimer(requestTimeoutMs, () =>
      late.abort(new Error(`no answer within ${requestTimeoutMs / 1000} s`)),
    );
    try {
      const attempt = await lock.tryAcquireOrRenew(AbortSignal.any([signal, late.signal]));
      this.#leaderObserved = true;
      if (attempt.held) return true;
      if (attempt.holder === null) return null;
      if (this.#isLeader) log('error', 'leadership lost', { holder: attempt.holder });
      return false;
    } catch (error) {
      if (!signal.aborted)
        log('warn', 'the lease could not be read or written', { error: errorMessageWithCause(error) });
      return null;
    } finally {
      cancel();
    }
  }

  async #release(): Promise<void> {
    const { lock, log } = this.#options;
    try {
      await lock.release(AbortSignal.timeout(RELEASE_TIMEOUT_MS));
      log('info', 'lease released', {});
    } catch (error) {
      log('warn', 'lease not released; it expires by itself', { error: errorMessageWithCause(error) });
    }
  }
}
