import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

/**
 * Tracks every connection of a port. Node's HTTP server does not know connections during the TLS handshake and treats
 * connections without a request as busy; clients open some in a burst and leave them unused.
 */
export class ConnectionTracker {
  readonly #all = new Set<Socket>();
  readonly #unused = new Set<Socket>();

  constructor({ server }: FastifyInstance, metrics: Metrics | undefined) {
    const count = () => metrics?.connections.set(this.#all.size);
    server.on('connection', (socket: Socket) => {
      this.#all.add(socket);
      count();
      socket.once('close', () => {
        this.#all.delete(socket);
        count();
      });
    });
    server.on('secureConnection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage) => this.#unused.delete(socket));
  }

  get size(): number {
    return this.#all.size;
  }

  /** Closes connections without any request so far. */
  closeUnused(): void {
    for (const socket of this.#unused) socket.end();
  }

  destroyAll(): void {
    for (const socket of this.#all) socket.destroy();
  }
}
