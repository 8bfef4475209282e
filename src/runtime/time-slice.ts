/** Elapsed time and the event loop, replaceable in tests. */
export interface TimeSource {
  /** Milliseconds; only differences have a meaning. */
  stopwatch(): number;
  /** Resolves after the event loop has run what is due. */
  yieldToEventLoop(): Promise<void>;
}

export const systemTimeSource: TimeSource = {
  stopwatch: () => performance.now(),
  yieldToEventLoop: () => new Promise(resolve => setImmediate(resolve)),
};

/** Upper bound of uninterrupted work besides the step in progress: other requests of the process wait no longer. */
const TIME_SLICE_MS = 3;

/** Cuts long work into time slices. Parallel users of one slicer get separate slices, so that their work does not add up. */
export class TimeSlicer {
  readonly #time: TimeSource;
  #end = Number.NEGATIVE_INFINITY;
  #queue: Promise<void> = Promise.resolve();

  constructor(time: TimeSource = systemTimeSource) {
    this.#time = time;
  }

  /** True if the caller must wait for `yieldToEventLoop` before its next step; also before the first slice. */
  get expired(): boolean {
    return this.#time.stopwatch() >= this.#end;
  }

  /** Resolves when the caller's slice begins, after all earlier callers and the event loop. */
  yieldToEventLoop(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#time.yieldToEventLoop()).then(() => this.start());
    return this.#queue;
  }

  /** Begins a slice without yielding. */
  start(): void {
    this.#end = this.#time.stopwatch() + TIME_SLICE_MS;
  }
}

/** Visits all items in order and yields whenever a time slice has expired. Ends early if the signal is aborted. */
export async function forEachYielding<T>(
  items: readonly T[],
  visit: (item: T) => void,
  { time, signal }: { readonly time: TimeSource; readonly signal: AbortSignal },
): Promise<void> {
  const slicer = new TimeSlicer(time);
  slicer.start();
  for (const item of items) {
    if (slicer.expired) {
      await slicer.yieldToEventLoop();
      if (signal.aborted) return;
    }
    visit(item);
  }
}
