import { type Clock, sleep } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';

/** Work that only the leader does. */
export interface Runnable {
  /** Name in the log. */
  readonly name: string;
  /**
   * Runs until the signal is aborted, then stops and resolves. A runnable that returns or throws early is logged and restarted
   * after a delay; the others keep running.
   */
  run(signal: AbortSignal): Promise<void>;
}

const RESTART_DELAY_MS = 5_000;

interface RunTools {
  readonly clock: Clock;
  readonly log: Log;
}

/** Runs all in parallel until the signal is aborted and restarts those that end early. Never rejects. */
export async function runAll(runnables: readonly Runnable[], tools: RunTools, signal: AbortSignal): Promise<void> {
  await Promise.all(runnables.map(runnable => keepRunning(runnable, tools, signal)));
}

async function keepRunning(runnable: Runnable, { clock, log }: RunTools, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const fields = { part: runnable.name, againInMs: RESTART_DELAY_MS };
    try {
      await runnable.run(signal);
      if (!signal.aborted) log('error', 'runnable ended early', fields);
    } catch (error) {
      if (!signal.aborted) log('error', 'runnable failed', { ...fields, error: errorMessageWithCause(error) });
    }
    await sleep(clock, RESTART_DELAY_MS, signal);
  }
}
