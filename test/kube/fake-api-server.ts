import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Call {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a call, or passes it to the next script. */
export type Script = (call: Call) => boolean | undefined;

/** An HTTP server on loopback; the first script that accepts a call answers it. */
export class FakeApiServer {
  readonly calls: Call[] = [];
  readonly scripts: Script[] = [];
  readonly #tls: ServerOptions | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(tls?: ServerOptions) {
    this.#tls = tls;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
  }

  /** Listens; after `stop` on the same port again. */
  async start(): Promise<this> {
    const server = this.#tls ? createSecure(this.#tls, this.#answer) : createPlain(this.#answer);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server as Server;
    return this;
  }

  /** Closes every connection and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    // A reset while an end is being sent never completes, and the worker of the test would never end.
    for (const socket of this.#sockets) socket.readableEnded ? socket.destroy() : socket.resetAndDestroy();
    if (server) await new Promise(resolve => server.close(resolve));
  }

  readonly #answer: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const call: Call = { path: url.pathname, query: url.searchParams, request, response };
    this.calls.push(call);
    if (!this.scripts.some(script => script(call))) sendStatus(response, 404, 'NotFound');
  };
}

export function sendJson(response: ServerResponse, body: unknown): true {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

export function sendStatus(response: ServerResponse, code: number, reason: string, headers = {}): true {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: `${reason} by script` };
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(status));
  return true;
}
