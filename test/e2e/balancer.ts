import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Backend {
  readonly name: string;
  readonly port: number;
  readonly opsPort: number;
}

export interface Balancer {
  readonly port: number;
  /** True while new connections may go to it. */
  readonly knows: (name: string) => boolean;
  /** Connections without a ready backend, or rejected by a backend. */
  readonly refused: () => number;
  /** Closes open connections and stops listening. */
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
const LOOK_EVERY_MS = 100;

/**
 * Behaves like a Service towards the API server: each new connection goes to the next backend whose /readyz succeeds.
 * Open connections stay, and nothing is retried.
 */
export async function startBalancer(backends: readonly Backend[]): Promise<Balancer> {
  const ready = new Set<Backend>();
  const sockets = new Set<Socket>();
  const state = { refused: 0, next: 0, stopped: false };
  const server = createServer({ allowHalfOpen: true }, client => {
    const willing = backends.filter(backend => ready.has(backend));
    const backend = willing[state.next++ % Math.max(1, willing.length)];
    if (backend === undefined) {
      state.refused += 1;
      client.destroy();
      return;
    }
    const upstream = connect({ host: HOST, port: backend.port, allowHalfOpen: true });
    upstream.once('error', error => {
      if ('code' in error && error.code === 'ECONNREFUSED') state.refused += 1;
    });
    join(client, upstream, sockets);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const looking = Promise.all(backends.map(backend => follow(backend, ready, () => state.stopped)));
  const stop = async (): Promise<void> => {
    state.stopped = true;
    for (const socket of sockets) socket.destroy();
    server.close();
    await looking;
  };
  const knows = (name: string): boolean => [...ready].some(backend => backend.name === name);
  return { port: portOf(server), knows, refused: () => state.refused, stop };
}

async function follow(backend: Backend, ready: Set<Backend>, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const says = await fetch(`http://${HOST}:${backend.opsPort}/readyz`).then(
      answer => answer.ok,
      () => false,
    );
    if (says) ready.add(backend);
    else ready.delete(backend);
    await pause(LOOK_EVERY_MS);
  }
}

function join(client: Socket, upstream: Socket, sockets: Set<Socket>): void {
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.once('close', () => {
      sockets.delete(from);
      to.destroySoon();
    });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
