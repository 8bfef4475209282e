/** How the audit's work is cut, so that nothing else in the process waits for it. */
export interface Pace {
  /** Milliseconds; only differences count. */
  stopwatch(): number;
  /** Lets everything else have a turn. */
  breathe(): Promise<void>;
}

export const SYSTEM_PACE: Pace = {
  stopwatch: () => performance.now(),
  breathe: () => new Promise(resolve => setImmediate(resolve)),
};

/** The last Service of a chunk comes on top: some 1 ms each with a thousand Nodes. */
const CHUNK_MS = 6;

/** Visits all items in order, with a breath whenever 6 ms are used up. Ends early where the signal is aborted. */
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
