import { Backoff } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import { errorMessageWithCause } from './errors.ts';
import type { Log } from './log.ts';

const POLL_INTERVAL_MS = 1_000;

export interface PollLoopOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** One step. It may reject; the next one then starts later. */
  readonly tick: () => Promise<void>;
  /** The message that is logged if a step rejects. */
  readonly failure: string;
  /** Called with the error of a step before it is logged. */
  readonly onError?: (error: unknown) => void;
}

/** Runs a step every second, less often after failures, until the signal is aborted; never rejects. */
export async function runPollLoop(options: PollLoopOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, tick, failure, onError } = options;
  const backoff = new Backoff(clock);
  while (!signal.aborted) {
    let wait = POLL_INTERVAL_MS;
    try {
      await tick();
    } catch (error) {
      if (signal.aborted) return;
      onError?.(error);
      wait = Math.max(POLL_INTERVAL_MS, backoff.next());
      log('warn', failure, { error: errorMessageWithCause(error), waitMs: Math.round(wait) });
    }
    await sleep(clock, wait, signal);
  }
}
