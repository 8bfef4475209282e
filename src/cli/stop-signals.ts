import { constants } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves at the first SIGTERM or SIGINT. A second one ends the process at once, as a shell reports it: 128 + number. */
export function untilStopped(log: FastifyBaseLogger): Promise<NodeJS.Signals> {
  const first = Promise.withResolvers<NodeJS.Signals>();
  let signals = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      first.resolve(signal);
      if (++signals < 2) return;
      log.warn({ signal }, 'ended at once by a second signal');
      process.exit(128 + constants.signals[signal]);
    });
  }
  return first.promise;
}
