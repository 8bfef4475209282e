import { setTimeout as pause } from 'node:timers/promises';

export class NotReachedError extends Error {
  readonly code = 'NOT_REACHED';
}

/**
 * Calls `ask` repeatedly until it returns a value that `enough` accepts, and returns that value. Errors of `ask` are
 * retried. Throws a NotReachedError with the last result after `timeoutMs`.
 */
export async function eventually<T>(
  what: string,
  poll: () => Promise<T>,
  { enough = Boolean, timeoutMs = 60_000, everyMs = 100 }: WaitOptions<T> = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await poll();
      if (enough(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  }
  const lastText = last instanceof Error ? last.message : JSON.stringify(last, null, 2);
  throw new NotReachedError(`waited ${timeoutMs / 1_000} s for: ${what}; the last answer was ${lastText}`);
}

export interface WaitOptions<T> {
  readonly enough?: (answer: T) => boolean;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}
