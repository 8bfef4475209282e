import { isConflict } from '../../kube/writer/api-writer.ts';
import { Backoff } from '../../runtime/backoff.ts';
import { type Clock, sleep } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Runnable } from '../leader/runnable.ts';

/** Poll interval, with four small GETs. A changed caBundle is repaired within this time. */
const POLL_INTERVAL_MS = 5_000;
/** Upper bound of consecutive steps and conflicts: an installation takes three, a conflict may never end. */
const MAX_CONSECUTIVE_STEPS = 10;

interface ReconcileOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes at most one step. Returns the milliseconds until the next one is due, 0 after a step. */
  readonly reconcile: (signal: AbortSignal) => Promise<number>;
}

/** Reconciles the certificates while this process is the leader. */
export function reconcileLoop({ clock, log, reconcile }: ReconcileOptions): Runnable {
  const backoff = new Backoff(clock);
  /** Milliseconds until the next reconciliation; 0 for immediately. */
  const attempt = async (signal: AbortSignal): Promise<number> => {
    try {
      return Math.min(await reconcile(signal), POLL_INTERVAL_MS);
    } catch (error) {
      // A conflict, or stopped: only a new read shows what is due.
      if (isConflict(error) || signal.aborted) return 0;
      const waitMs = backoff.next();
      const fields = { error: errorMessageWithCause(error), waitMs: Math.round(waitMs) };
      log('warn', 'certificate reconciliation failed', fields);
      return waitMs;
    }
  };
  return {
    name: 'certificates',
    async run(signal) {
      let inARow = 0;
      while (!signal.aborted) {
        const quiet = await attempt(signal);
        inARow = quiet === 0 ? inARow + 1 : 0;
        if (inARow > 0 && inARow < MAX_CONSECUTIVE_STEPS) continue;
        inARow = 0;
        await sleep(clock, quiet || POLL_INTERVAL_MS, signal);
      }
    },
  };
}
