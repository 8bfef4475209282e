import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The part of a logger that is needed here. */
export interface SecondSignalLog {
  warn(fields: { readonly signal: NodeJS.Signals }, message: string): void;
}

/**
 * Aborted, with the signal's name as reason, by the first SIGTERM or SIGINT. A second one ends the process at once, as a
 * shell reports it: 128 + number.
 */
export function stopSignal(log?: SecondSignalLog): AbortSignal {
  const stopping = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) return stopping.abort(signal);
      log?.warn({ signal }, 'ended at once by a second signal');
      process.exit(128 + constants.signals[signal]);
    });
  }
  return stopping.signal;
}

/** Resolves with the signal that `stopSignal` is aborted by. */
export function untilStopped(log: SecondSignalLog): Promise<NodeJS.Signals> {
  const stopping = stopSignal(log);
  return new Promise(resolve => {
    stopping.addEventListener('abort', () => resolve(stopping.reason), { once: true });
  });
}
