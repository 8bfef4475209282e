import { describeError } from '../../kube/client/errors.ts';
import { type Clock, pause } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { LeaderPart } from './runnable.ts';

const REST_MS = 5_000;

/** Runs all runnables concurrently until the signal is aborted, and restarts those that end early. Never rejects. */
export async function runParts(
  parts: readonly LeaderPart[],
  tools: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(parts.map(part => keepRunning(part, tools, signal)));
}

async function keepRunning(
  part: LeaderPart,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await part.run(signal);
      if (!signal.aborted) log('error', 'runnable ended early', { part: part.name, againInMs: REST_MS });
    } catch (error) {
      if (!signal.aborted)
        log('error', 'runnable failed', { part: part.name, error: describeError(error), againInMs: REST_MS });
    }
    await pause(clock, REST_MS, signal);
  }
}
