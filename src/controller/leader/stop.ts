import type { Clock } from '../../runtime/clock.ts';

/** The leader's work continued after the stop signal; only the end of the process ends it. */
export class LeaderStopTimeoutError extends Error {
  override readonly name = 'LeaderStopTimeoutError';
  readonly code = 'work-goes-on';
}

/** Resolves when the stopped work has ended. Rejects with LeaderStopTimeoutError after `millis`. */
export async function waitForStop(work: Promise<void>, millis: number, clock: Clock): Promise<void> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    const message = `the leader's work did not stop within ${millis / 1000} s`;
    cancel = clock.setTimer(millis, () => reject(new LeaderStopTimeoutError(message)));
  });
  await Promise.race([work, late]).finally(() => cancel());
}
