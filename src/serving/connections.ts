import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Capacity } from './limits.ts';
import type { Metrics } from './metrics.ts';

/** How far a connection has come. The first of these is closed first if there are too many. */
const STAGES = ['silent', 'handshake', 'unused', 'idle', 'receiving', 'busy'] as const;
type Stage = (typeof STAGES)[number];

interface Connection {
  /** The TCP connection below TLS. */
  readonly socket: Socket;
  readonly source: string;
  /** True after the TLS handshake, and without TLS. */
  isSecure: boolean;
  isUsed: boolean;
  /** The request in progress. */
  request: IncomingMessage | null;
}

interface ConnectionTrackerOptions {
  readonly capacity: Pick<Capacity, 'connections' | 'connectionsPerSource' | 'handshakes'>;
  readonly metrics?: Metrics | undefined;
}

/**
 * Tracks every connection of a port from the moment it is accepted, and limits their number: per source, during the handshake
 * and in total. A new connection takes the place of the one that has come least far, so that no number of unused connections
 * keeps the API server out. Node's own limit would refuse the new one.
 */
export class ConnectionTracker {
  /** Oldest first. */
  readonly #all = new Set<Connection>();
  readonly #unfinished = new Set<Connection>();
  readonly #bySource = new Map<string, Set<Connection>>();
  readonly #capacity: ConnectionTrackerOptions['capacity'];
  readonly #metrics: Metrics | undefined;

  constructor({ server }: FastifyInstance, { capacity, metrics }: ConnectionTrackerOptions) {
    this.#capacity = capacity;
    this.#metrics = metrics;
    const isTls = 'setSecureContext' in server;
    const byAddress = new Map<string, Connection>();
    const bySocket = new WeakMap<Socket, Connection>();
    // Node emits no event that has both sockets of a connection.
    const addressOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
    server.on('connection', (socket: Socket) => {
      const source = sourceOf(socket.remoteAddress ?? '');
      const connection: Connection = { socket, source, isSecure: !isTls, isUsed: false, request: null };
      const address = addressOf(socket);
      byAddress.set(address, connection);
      bySocket.set(socket, connection);
      socket.once('close', () => {
        if (byAddress.get(address) === connection) byAddress.delete(address);
        this.#remove(connection);
      });
      this.#add(connection);
      this.#makeRoom(connection);
    });
    server.on('secureConnection', (socket: Socket) => {
      const connection = byAddress.get(addressOf(socket));
      if (!connection) return;
      connection.isSecure = true;
      this.#unfinished.delete(connection);
      bySocket.set(socket, connection);
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const connection = bySocket.get(request.socket);
      if (!connection) return;
      connection.isUsed = true;
      connection.request = request;
      response.once('close', () => {
        if (connection.request === request) connection.request = null;
      });
    });
  }

  get size(): number {
    return this.#all.size;
  }

  /** Closes connections without any request so far. */
  closeUnused(): void {
    for (const { socket, isSecure, isUsed } of this.#all) if (isSecure && !isUsed) socket.end();
  }

  destroyAll(): void {
    for (const { socket } of this.#all) socket.destroy();
  }

  #add(connection: Connection): void {
    this.#all.add(connection);
    if (!connection.isSecure) this.#unfinished.add(connection);
    const ofSource = this.#bySource.get(connection.source) ?? new Set();
    this.#bySource.set(connection.source, ofSource.add(connection));
    this.#metrics?.connections.set(this.#all.size);
  }

  #remove(connection: Connection): void {
    this.#all.delete(connection);
    this.#unfinished.delete(connection);
    const ofSource = this.#bySource.get(connection.source);
    ofSource?.delete(connection);
    if (ofSource?.size === 0) this.#bySource.delete(connection.source);
    this.#metrics?.connections.set(this.#all.size);
  }

  #makeRoom(added: Connection): void {
    const { connections, connectionsPerSource, handshakes } = this.#capacity;
    const ofSource = this.#bySource.get(added.source) ?? new Set();
    if (ofSource.size > connectionsPerSource) this.#drop(ofSource, added);
    else if (this.#all.size > connections) this.#drop(this.#largestSource(), added);
    if (this.#unfinished.size > handshakes) this.#drop(this.#unfinished, added);
  }

  #largestSource(): ReadonlySet<Connection> {
    let largest: ReadonlySet<Connection> = new Set();
    for (const ofSource of this.#bySource.values()) if (ofSource.size > largest.size) largest = ofSource;
    return largest;
  }

  /** Drops the connection that has come least far, the oldest of these; the added one only if all others are busy. */
  #drop(candidates: ReadonlySet<Connection>, added: Connection): void {
    const others = [...candidates].filter(candidate => candidate !== added);
    const stages = others.map(stageOf);
    const first = STAGES.find(stage => stage !== 'busy' && stages.includes(stage));
    const dropped = (first && others[stages.indexOf(first)]) ?? added;
    this.#metrics?.connectionsDropped.inc();
    this.#remove(dropped);
    dropped.socket.destroy();
  }
}

function stageOf({ socket, isSecure, isUsed, request }: Connection): Stage {
  if (!isSecure) return socket.bytesRead === 0 ? 'silent' : 'handshake';
  if (!isUsed) return 'unused';
  if (request === null) return 'idle';
  return request.complete ? 'busy' : 'receiving';
}

/** An IPv4 address, or the first half of an IPv6 address: one client can have all addresses of a /64 network. */
function sourceOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const given = head === '' ? [] : head.split(':');
  const zeros = address.includes('::') ? 8 - given.length - (tail === '' ? 0 : tail.split(':').length) : 0;
  return [...given, ...Array<string>(Math.max(0, zeros)).fill('0')].slice(0, 4).join(':');
}
