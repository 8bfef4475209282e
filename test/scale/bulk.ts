import { Pool } from 'undici';

const CONNECTIONS = 24;

/** Sends many small requests to the API server over a pool of open connections. */
export interface Bulk {
  /** Runs the requests, a few concurrently; rejects at the first answer without a 2xx status. */
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
      // One iterator for all workers: the next free one takes the next item.
      const rest = items[Symbol.iterator]();
      const work = async (): Promise<void> => {
        for (let next = rest.next(); !next.done; next = rest.next()) await send(request(next.value));
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
    },
    close: () => pool.close(),
  };
}
