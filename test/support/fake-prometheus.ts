import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request as the server got it. */
export interface ReceivedQuery {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly acceptEncoding: string;
  readonly form: URLSearchParams;
}

export type Respond = (response: ServerResponse, query: ReceivedQuery) => void;

/** Starts a server on loopback that answers every request with `respond`, until the test ends. */
export async function fakePrometheus(respond: Respond): Promise<{ url: string; received: ReceivedQuery[] }> {
  const received: ReceivedQuery[] = [];
  const server = createServer((request, response) => {
    void readQuery(request).then(query => {
      received.push(query);
      respond(response, query);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function readQuery(request: IncomingMessage): Promise<ReceivedQuery> {
  const [path = '', search = ''] = (request.url ?? '').split('?');
  const body = await textOf(request);
  return {
    method: request.method ?? '',
    path,
    authorization: request.headers.authorization ?? '',
    acceptEncoding: String(request.headers['accept-encoding'] ?? ''),
    form: new URLSearchParams(body === '' ? search : body),
  };
}

/** Answers with this body, JSON unless it is a text. */
export function answering(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Respond {
  return response => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export type Series = readonly [labels: Readonly<Record<string, string>>, value: string];

/** The body of an instant vector. */
export function vectorBody(series: readonly Series[], extra: object = {}) {
  const result = series.map(([metric, value]) => ({ metric, value: [1_700_000_000, value] }));
  return { status: 'success', data: { resultType: 'vector', result }, ...extra };
}
