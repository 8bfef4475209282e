import type { Clock } from '../../runtime/clock.ts';

/** The leader's work continued after the stop signal; only the end of the process ends it. */
export class WorkGoesOnError extends Error {
  override readonly name = 'WorkGoesOnError';
  readonly code = 'work-goes-on';
}

/** Resolves when the stopped work has ended. Rejects with WorkGoesOnError after `millis`. */
export async function endOf(work: Promise<void>, millis: number, clock: Clock): Promise<void> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    const message = `the leader's work did not stop within ${millis / 1000} s`;
    cancel = clock.after(millis, () => reject(new WorkGoesOnError(message)));
  });
  await Promise.race([work, late]).finally(() => cancel());
}
