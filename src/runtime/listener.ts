import type { FastifyInstance } from 'fastify';
import { InputError } from './errors.ts';

/**
 * Returns true if the Host header is a loopback name, with any port, since port-forward may use another one. This
 * rejects web pages whose domain resolves to loopback (DNS rebinding).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** Parses `host:port` or `[ipv6]:port`. Throws InputError, naming the setting, for any other text. */
export function parseListenAddress(listen: string, setting: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? Number.NaN);
  if (host === undefined || !(port <= 65_535)) {
    throw new InputError(`${setting} ${JSON.stringify(listen)} is not an address; expected one like 127.0.0.1:8081`);
  }
  return { host, port };
}

/** An open listener. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the app on the first free port. Rejects with the system's error, and closes the app, if no port is free. */
export async function openListener(
  app: FastifyInstance,
  { host, ports }: { readonly host: string; readonly ports: readonly number[] },
): Promise<Listener> {
  try {
    await listenOnFirstFree(app, host, ports);
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

async function listenOnFirstFree(app: FastifyInstance, host: string, ports: readonly number[]): Promise<void> {
  const [port = 0, ...others] = ports;
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || others.length === 0) throw error;
    await listenOnFirstFree(app, host, others);
  }
}
