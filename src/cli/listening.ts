import { networkInterfaces } from 'node:os';
import { InputError } from '../errors.ts';

/** Both families, where the machine has both: listening on :: fails where IPv6 is off. */
export function everyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

/** A port of the command line, 0 for any free one. Throws InputError. */
export function portFrom(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new InputError(`--${flag} ${JSON.stringify(text)} is no port; expected 0 to 65535`);
  }
  return port;
}

/** Aborted by SIGTERM or SIGINT. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
