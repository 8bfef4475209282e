import { type AddressInfo, createServer, type Server } from 'node:net';
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

/** Where to listen. The host `localhost` stands for both loopback addresses, as clients differ in which one they take. */
export interface ListenOptions {
  readonly host: string;
  /** Candidates; the first free one is used. */
  readonly ports: readonly number[];
}

/** Opens the app on the first free port. Rejects with the system's error, and closes the app, if no port is free. */
export async function openListener(app: FastifyInstance, options: ListenOptions): Promise<Listener> {
  let ipv6: Server | null;
  try {
    ipv6 = await listenOnFirstFree(app, options);
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.server.address();
  return {
    port: portOf(address),
    close: async () => {
      // Its connections belong to the app, which closes them.
      ipv6?.close();
      await app.close();
    },
  };
}

/** A free port of one address may be taken on the other. */
const MAX_FREE_PORTS_TRIED = 10;

/** Returns the listener on ::1, if there is one besides that of the app. */
async function listenOnFirstFree(app: FastifyInstance, { host, ports }: ListenOptions): Promise<Server | null> {
  const candidates = ports.flatMap(port => (port === 0 ? Array<number>(MAX_FREE_PORTS_TRIED).fill(0) : port));
  const isLoopback = host.toLowerCase() === 'localhost';
  for (const [i, port] of candidates.entries()) {
    try {
      if (isLoopback) return await listenOnLoopback(app, port);
      await app.listen({ host, port });
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || i === candidates.length - 1) throw error;
    }
  }
  throw new Error('no port to listen on');
}

async function listenOnLoopback(app: FastifyInstance, port: number): Promise<Server | null> {
  await app.ready();
  const ipv6 = createServer(socket => app.server.emit('connection', socket));
  ipv6.maxConnections = app.server.maxConnections;
  const isOpen = await listen(ipv6, port);
  try {
    await app.listen({ host: '127.0.0.1', port: isOpen ? portOf(ipv6.address()) : port });
    return isOpen ? ipv6 : null;
  } catch (error) {
    if (isOpen) ipv6.close();
    throw error;
  }
}

/** False on a machine without IPv6. */
function listen(ipv6: Server, port: number): Promise<boolean> {
  const opened = Promise.withResolvers<boolean>();
  ipv6.once('listening', () => opened.resolve(true));
  ipv6.once('error', (error: NodeJS.ErrnoException) =>
    NO_IPV6.includes(error.code ?? '') ? opened.resolve(false) : opened.reject(error),
  );
  ipv6.listen({ host: '::1', port, ipv6Only: true });
  return opened.promise;
}

const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

function portOf(address: AddressInfo | string | null): number {
  return address !== null && typeof address === 'object' ? address.port : 0;
}
