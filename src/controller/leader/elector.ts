import { whenAborted } from '../../runtime/abort.ts';
import { type Clock, pause } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { LeaseLock } from './lease-lock.ts';
import { endOf } from './stop.ts';

/** Durations in milliseconds; the defaults are client-go's 15 s (in the lock), 10 s and 2 s. */
export interface ElectionTiming {
  /** A leader that cannot renew for this long stops. It is below the lease duration: it stops before another starts. */
  readonly renewDeadline: number;
  readonly retryPeriod: number;
  /** Timeout of one lease request; short enough that a leader can retry after a request on a dead connection. */
  readonly answerWithin: number;
  /** How long the work may take to stop before the process ends. */
  readonly stopWithin: number;
}

export const LEASE_SECONDS = 15;
const TIMING: ElectionTiming = { renewDeadline: 10_000, retryPeriod: 2_000, answerWithin: 4_000, stopWithin: 5_000 };
/** client-go's JitterFactor: prevents candidates that started together from sending requests together. */
const JITTER = 1.2;
const RELEASE_WITHIN = 2_000;

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
export class Elector {
  readonly #options: ElectorOptions;
  readonly #timing: ElectionTiming;
  #leads = false;
  #heardOf = false;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** True once the API server has reported a leader. */
  get heardOf(): boolean {
    return this.#heardOf;
  }

  /** Runs until the signal is aborted; then stops the work and releases the lease. Rejects with WorkGoesOnError. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    while (!signal.aborted) {
      const asked = clock.now();
      if ((await this.#attempt(signal)) === true) await this.#term(signal, asked);
      else await pause(clock, this.#timing.retryPeriod * (1 + random() * JITTER), signal);
    }
  }

  /** One term, from election to the end of the work. The lease is renewed until the work has stopped, then released. */
  async #term(stopping: AbortSignal, elected: number): Promise<void> {
    const { clock, log, lead } = this.#options;
    const lost = new AbortController();
    const released = new AbortController();
    log('info', 'elected leader', {});
    this.#leads = true;
    const work = lead(AbortSignal.any([stopping, lost.signal]));
    const renewing = this.#renew(lost, released.signal, elected).finally(() => lost.abort());
    try {
      await Promise.race([work, whenAborted(stopping), whenAborted(lost.signal)]);
      await endOf(work, this.#timing.stopWithin, clock);
    } finally {
      this.#leads = false;
      released.abort();
      await renewing;
    }
    if (stopping.aborted) await this.#release();
  }

  /** Returns when the lease is lost, or when `until` is aborted. */
  async #renew(lost: AbortController, until: AbortSignal, elected: number): Promise<void> {
    const { clock, log } = this.#options;
    const { renewDeadline, retryPeriod } = this.#timing;
    const either = AbortSignal.any([lost.signal, until]);
    const expire = () => {
      log('error', 'leadership lost: the lease could not be renewed in time', { deadlineMs: renewDeadline });
      lost.abort();
    };
    // Measured from before the request: other candidates measure from when they see the renewal, which is later.
    let cancel = clock.after(elected + renewDeadline - clock.now(), expire);
    while (!either.aborted) {
      await pause(clock, retryPeriod, either);
      const asked = clock.now();
      const held = either.aborted ? null : await this.#attempt(either);
      if (held === false) lost.abort();
      if (held !== true || either.aborted) continue;
      cancel();
      cancel = clock.after(asked + renewDeadline - clock.now(), expire);
    }
    cancel();
  }

  /** Returns whether the lease is held; null if that is unknown. */
  async #attempt(signal: AbortSignal): Promise<boolean | null> {
    const { clock, lock, log } = this.#options;
    const { answerWithin } = this.#timing;
    const late = new AbortController();
    const cancel = clock.after(answerWithin, () => late.abort(new Error(`no answer within ${answerWithin / 1000} s`)));
    try {
      const attempt = await lock.attempt(AbortSignal.any([signal, late.signal]));
      this.#heardOf = true;
      if (attempt.held) return true;
      if (attempt.holder === null) return null;
      if (this.#leads) log('error', 'leadership lost', { holder: attempt.holder });
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
      await lock.release(AbortSignal.timeout(RELEASE_WITHIN));
      log('info', 'lease released', {});
    } catch (error) {
      log('warn', 'lease not released; it expires by itself', { error: errorMessageWithCause(error) });
    }
  }
}
