import { Pool } from 'undici';

const CONNECTIONS = 24;

/** Many small requests to the API server, fast: a pool of connections that stay open. */
export interface Bulk {
  /** Runs the requests, a few at a time; rejects at the first that is not answered with 2xx. */
  readonly all: <T>(items: Iterable<T>, request: (item: T) => BulkRequest) => Promise<void>;
  /** The parsed answer. */
  readonly send: (request: BulkRequest) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export interface BulkRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export function createBulk(url: string, ca: string, token: string): Bulk {
  const pool = new Pool(url, { connections: CONNECTIONS, connect: { ca }, headersTimeout: 60_000 });
  const send = async ({ method, path, body }: BulkRequest): Promise<unknown> => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    return method === 'GET' ? JSON.parse(text) : null;
  };
  return {
    send,
    async all(items, request) {
      // One iterator for all workers: whoever is free takes the next.
      const rest = items[Symbol.iterator]();
      const work = async (): Promise<void> => {
        for (let next = rest.next(); !next.done; next = rest.next()) await send(request(next.value));
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
    },
    close: () => pool.close(),
  };
}
