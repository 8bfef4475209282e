import type { Dispatcher } from 'undici';
import { asNumber, asObject, asString } from '../../model/raw.ts';
import type { Credentials, Session } from './credentials.ts';
import { ApiStatusError, StreamError } from './errors.ts';

export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** The answer may go on for minutes and pause as long as it likes: whoever reads it watches over it. */
  readonly endless?: boolean;
}

export type Body = Dispatcher.ResponseData['body'];

/** What a request carries besides where it goes. */
export interface Sending extends GetOptions {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** JSON text. */
  readonly body?: string;
}

type Answer = Dispatcher.ResponseData;

const HEADERS_MS = 30_000;
const SILENCE_MS = 30_000;
/** Above this an answer that should be small is not worth reading. */
const SMALL = 4 * 1024 * 1024;

/** Reads from the API server. Writes nothing, ever: what writes is in the controller and extends this. */
export class ApiClient {
  readonly #credentials: Credentials;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /**
   * The body of a 2xx answer, to be read to its end or destroyed. On 401 the credentials are read again and the request
   * is made once more. Throws ApiStatusError, KubeconfigError, or the network's error.
   */
  async get(path: string, options: GetOptions = {}): Promise<Body> {
    return (await this.send(path, { ...options, method: 'GET' })).body;
  }

  /** A small answer, parsed. Throws as `get` does. */
  async json(path: string, options: GetOptions = {}): Promise<unknown> {
    return JSON.parse(await readText(await this.get(path, options)));
  }

  close(): Promise<void> {
    return this.#credentials.close();
  }

  /** For those that may do more than read. Throws as `get` does. */
  protected async send(path: string, sending: Sending): Promise<Answer> {
    const session = await this.#credentials.current();
    const first = await this.#send(session, path, sending);
    if (first.statusCode !== 401) return accepted(first);
    const refusal = await statusError(first);
    const renewed = await this.#credentials.renew(session);
    if (renewed === session) throw refusal;
    return accepted(await this.#send(renewed, path, sending));
  }

  #send(session: Session, path: string, options: Sending): Promise<Answer> {
    const { connection, dispatcher } = session;
    const query = options.query ? `?${new URLSearchParams(options.query)}` : '';
    return dispatcher.request({
      origin: connection.origin,
      path: `${connection.prefix}${path}${query}`,
      method: options.method,
      headers: {
        ...connection.headers,
        accept: options.accept ?? 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: options.body ?? null,
      headersTimeout: options.endless ? 0 : HEADERS_MS,
      bodyTimeout: options.endless ? 0 : SILENCE_MS,
      signal: options.signal ?? null,
    });
  }
}

async function accepted(answer: Answer): Promise<Answer> {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
  throw await statusError(answer);
}

async function statusError(answer: Answer): Promise<ApiStatusError> {
  const text = await readText(answer.body).catch(() => '');
  const after = Number(answer.headers['retry-after']);
  return apiStatusError(parseObject(text), {
    status: answer.statusCode,
    retryAfterSeconds: Number.isFinite(after) && after >= 0 ? after : null,
  });
}

/** From a Kubernetes `Status`; what the transport says of itself goes first. */
export function apiStatusError(
  status: unknown,
  transport: { status?: number; retryAfterSeconds?: number | null } = {},
): ApiStatusError {
  const body = asObject(status);
  const advised = asNumber(asObject(body.details).retryAfterSeconds);
  return new ApiStatusError({
    status: transport.status ?? asNumber(body.code),
    reason: asString(body.reason),
    message: asString(body.message),
    retryAfterSeconds: transport.retryAfterSeconds ?? (advised > 0 ? advised : null),
  });
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: in one line, as every error.
    return { message: text.slice(0, 200).replace(/\s+/g, ' ').trim() };
  }
}

export async function readText(body: Body): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    // Leaving the loop by an error destroys the body.
    if (size > SMALL) throw new StreamError('body-too-large', `the answer is larger than ${SMALL} bytes`);
  }
  return Buffer.concat(parts).toString('utf8');
}
