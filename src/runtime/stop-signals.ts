import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The part of a logger that is used here. */
export interface StopSignalLog {
  warn(fields: { readonly signal: NodeJS.Signals }, message: string): void;
}

/**
 * Aborted by the first SIGTERM or SIGINT, with the signal's name as reason. A second signal ends the process
 * immediately with a shell's exit code, 128 + number.
 */
export function stopSignal(log?: StopSignalLog): AbortSignal {
  const stopping = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) return stopping.abort(signal);
      log?.warn({ signal }, 'ended immediately by a second signal');
      process.exit(128 + constants.signals[signal]);
    });
  }
  return stopping.signal;
}

/** Resolves with the name of the first stop signal. */
export function waitForStopSignal(log: StopSignalLog): Promise<NodeJS.Signals> {
  const stopping = stopSignal(log);
  return new Promise(resolve => {
    stopping.addEventListener('abort', () => resolve(stopping.reason), { once: true });
  });
}
