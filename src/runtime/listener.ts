import type { FastifyInstance } from 'fastify';
import { InputError } from './errors.ts';

/**
 * Whether a Host header names this machine itself, whatever the port: port-forward may use another. A page in somebody's
 * browser that got a name of its own to point here says that name.
 */
export function isOwnName(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** `host:port`, or `[ipv6]:port`. Throws InputError, naming the setting, for text that is none of these. */
export function parseListen(listen: string, setting: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? Number.NaN);
  if (host === undefined || !(port <= 65_535)) {
    throw new InputError(`${setting} ${JSON.stringify(listen)} is no address; expected one like 127.0.0.1:8081`);
  }
  return { host, port };
}

/** A listener that is open. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens the app on the first of the ports that is free. Rejects with the system's error, and leaves nothing open, where none can
 * be had.
 */
export async function openListener(
  app: FastifyInstance,
  { host, ports }: { readonly host: string; readonly ports: readonly number[] },
): Promise<Listener> {
  try {
    await listen(app, host, ports);
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    close: async () => {
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, host: string, ports: readonly number[]): Promise<void> {
  const [port = 0, ...others] = ports;
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || others.length === 0) throw error;
    await listen(app, host, others);
  }
}
