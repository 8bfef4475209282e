import type { Advice } from '../../../engine/advice/advice.ts';
import type { ServiceState } from '../service/service-state.ts';

export type AdviceResult =
  | { readonly kind: 'working' }
  | { readonly kind: 'advice'; readonly advice: Advice }
  /** `took-too-long`: more than MAX_SECONDS. */
  | { readonly kind: 'took-too-long' | 'failed' };

export interface AdviceWorker {
  advise(state: ServiceState): void;
  end(): void;
}

export interface AdviceWorkerEvents {
  onAdvice(advice: Advice): void;
  onError(): void;
}

export interface AdviceQueueOptions {
  startWorker(events: AdviceWorkerEvents): AdviceWorker;
  /** Calls back after that time; returns a function that cancels it. */
  setTimer(ms: number, callback: () => void): () => void;
  onResult(result: AdviceResult): void;
}

export const MAX_SECONDS = 60;

/** Advises on the newest state of a Service, one at a time. States that became old while it was busy are left out. */
export class AdviceQueue {
  readonly #options: AdviceQueueOptions;
  #worker: AdviceWorker | null = null;
  #isBusy = false;
  #next: ServiceState | null = null;
  #cancelTimer = () => {};
  #isOver = false;

  constructor(options: AdviceQueueOptions) {
    this.#options = options;
  }

  advise(state: ServiceState): void {
    if (this.#isOver) return;
    if (this.#isBusy) {
      this.#next = state;
      return;
    }
    this.#isBusy = true;
    this.#worker ??= this.#options.startWorker({
      onAdvice: advice => this.#finish(advice),
      onError: () => this.#end('failed'),
    });
    this.#cancelTimer = this.#options.setTimer(MAX_SECONDS * 1000, () => this.#end('took-too-long'));
    this.#worker.advise(state);
  }

  /** No result comes after it. */
  stop(): void {
    this.#isOver = true;
    this.#cancelTimer();
    this.#worker?.end();
  }

  #finish(advice: Advice): void {
    if (this.#isOver) return;
    this.#cancelTimer();
    this.#isBusy = false;
    this.#options.onResult({ kind: 'advice', advice });
    const next = this.#next;
    this.#next = null;
    if (next) this.advise(next);
  }

  /** The next state would end in the same way. */
  #end(kind: 'took-too-long' | 'failed'): void {
    if (this.#isOver) return;
    this.stop();
    this.#options.onResult({ kind });
  }
}
