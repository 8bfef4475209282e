/** A clock that tests can replace. */
export interface Clock {
  /** Milliseconds since the epoch, for timestamps. It may jump. */
  now(): number;
  /** Milliseconds since some moment, for durations, ages and budgets. It never goes back. */
  monotonicMs(): number;
  /** Runs `run` once after `ms` milliseconds; the returned function cancels it. */
  setTimer(ms: number, run: () => void): () => void;
}

export function systemClock(now: () => number = Date.now): Clock {
  return {
    now,
    monotonicMs: () => performance.now(),
    setTimer(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves after `ms` milliseconds, or as soon as the signal is aborted; the caller checks the signal afterwards. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.setTimer(ms, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}
