import { networkInterfaces } from 'node:os';
import { errorMessage, InputError } from '../../runtime/errors.ts';

/** The wildcard address: of both IP families, or of IPv4 if IPv6 is off, because listening on :: fails then. */
export function wildcardAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

/** Parses a port, 0 for any free one. Throws InputError. */
export function parsePort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new InputError(`--${flag} ${JSON.stringify(text)} is not a port; expected 0 to 65535`);
  }
  return port;
}

/** The error for a port that cannot be opened, with the flag that set it. `ports` are by flag. */
export function toListenError(cause: unknown, ports: Readonly<Record<string, number>>): InputError {
  const { code, port } = cause as { readonly code?: unknown; readonly port?: unknown };
  const [flag] = Object.entries(ports).find(([, chosen]) => chosen === port) ?? [];
  if (flag !== undefined && code === 'EADDRINUSE') {
    const what = `--${flag} ${port}: another process listens on this port`;
    return new InputError(`${what}; give another one, or 0 for any that is free`, { cause });
  }
  if (flag !== undefined && code === 'EACCES') {
    return new InputError(`--${flag} ${port}: this port needs more rights; give one from 1024 on`, { cause });
  }
  return new InputError(`cannot serve: ${errorMessage(cause)}`, { cause });
}
