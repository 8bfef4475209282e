import { request } from 'node:https';

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** The API server answered with a status other than 2xx. */
export class ApiError extends Error {
  readonly code = 'API';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface ApiClient {
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body: unknown) => Promise<unknown>;
  readonly put: (path: string, body: unknown) => Promise<unknown>;
  /** JSON merge patch. */
  readonly patch: (path: string, body: unknown) => Promise<unknown>;
  /** Deletes immediately; a missing object is not an error. */
  readonly remove: (path: string) => Promise<void>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: unknown;
}

/** A minimal client, so that the code that arranges the cluster is independent of the code under test. */
export function createApiClient(url: string, ca: string, token: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown, type = 'application/json') =>
    parse(method, path, await send({ url, ca, token }, { method, path, type, body }));
  return {
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body, 'application/merge-patch+json'),
    remove: async path => {
      try {
        await call('DELETE', `${path}?gracePeriodSeconds=0`);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    },
  };
}

function parse(method: string, path: string, response: ApiResponse): unknown {
  if (response.status >= 200 && response.status < 300) {
    return response.body.startsWith('{') ? JSON.parse(response.body) : response.body;
  }
  throw new ApiError(`${method} ${path}: ${response.status} ${response.body.slice(0, 1_000)}`, response.status);
}

function send(server: { url: string; ca: string; token: string }, call: Call): Promise<ApiResponse> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  const headers = {
    authorization: `Bearer ${server.token}`,
    ...(body === '' ? {} : { 'content-type': call.type, 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method: call.method, ca: server.ca, headers, timeout: 10_000 };
    const sent = request(new URL(call.path, server.url), options, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('timeout', () => sent.destroy(new Error(`${call.method} ${call.path}: no answer in 10 s`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
