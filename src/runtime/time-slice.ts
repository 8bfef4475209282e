/** Splits the audit's work, so that nothing else in the process waits for it. */
export interface Pace {
  /** Milliseconds; only differences are meaningful. */
  stopwatch(): number;
  /** Yields to the event loop. */
  breathe(): Promise<void>;
}

export const SYSTEM_PACE: Pace = {
  stopwatch: () => performance.now(),
  breathe: () => new Promise(resolve => setImmediate(resolve)),
};

/** Length of a slice, in milliseconds. The last Service of a slice adds about 1 ms with a thousand Nodes. */
const CHUNK_MS = 6;

/** Visits all items in order and yields to the event loop every 6 ms. Ends early if the signal is aborted. */
export async function inChunks<T>(
  items: readonly T[],
  visit: (item: T) => void,
  { pace, signal }: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<void> {
  let began = pace.stopwatch();
  for (const item of items) {
    if (pace.stopwatch() - began >= CHUNK_MS) {
      await pace.breathe();
      if (signal.aborted) return;
      began = pace.stopwatch();
    }
    visit(item);
  }
}
