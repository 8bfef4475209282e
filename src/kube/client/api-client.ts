import type { Dispatcher } from 'undici';
import { asNumber, asObject, asString } from '../../model/raw.ts';
import type { Credentials, Session } from './credentials.ts';
import { ApiStatusError, StreamError } from './errors.ts';

export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Disables the timeouts: the answer may last minutes and pause for any time. The caller watches for silence. */
  readonly streaming?: boolean;
}

export type Body = Dispatcher.ResponseData['body'];

/** The options of a request, apart from its path. */
export interface SendOptions extends GetOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** JSON text. */
  readonly body?: string;
}

type Answer = Dispatcher.ResponseData;

const HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 30_000;
/** Upper bound of a buffered answer, in bytes. A larger answer is an error. */
const MAX_BUFFERED_BODY_BYTES = 4 * 1024 * 1024;

/** Read-only client of the API server. Writing requests exist only in the controller's subclass. */
export class ApiClient {
  readonly #credentials: Credentials;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /**
   * Returns the body of a 2xx answer; the caller reads it to its end or destroys it. On 401 the credentials are read
   * again and the request is repeated once. Throws ApiStatusError, KubeconfigError, or the network's error.
   */
  async get(path: string, options: GetOptions = {}): Promise<Body> {
    return (await this.send(path, { ...options, method: 'GET' })).body;
  }

  /** Returns a small answer, parsed. Throws as `get` does, or StreamError `body-too-large`. */
  async json(path: string, options: GetOptions = {}): Promise<unknown> {
    return JSON.parse(await readBodyText(await this.get(path, options)));
  }

  close(): Promise<void> {
    return this.#credentials.close();
  }

  /** Sends any request; for subclasses that write. Throws as `get` does. */
  protected async send(path: string, sending: SendOptions): Promise<Answer> {
    const session = await this.#credentials.current();
    const first = await this.#send(session, path, sending);
    if (first.statusCode !== 401) return requireSuccess(first);
    const firstError = await statusError(first);
    const renewed = await this.#credentials.refresh(session);
    if (renewed === session) throw firstError;
    return requireSuccess(await this.#send(renewed, path, sending));
  }

  #send(session: Session, path: string, options: SendOptions): Promise<Answer> {
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
      headersTimeout: options.streaming ? 0 : HEADERS_TIMEOUT_MS,
      bodyTimeout: options.streaming ? 0 : BODY_TIMEOUT_MS,
      signal: options.signal ?? null,
    });
  }
}

async function requireSuccess(answer: Answer): Promise<Answer> {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
  throw await statusError(answer);
}

async function statusError(answer: Answer): Promise<ApiStatusError> {
  const text = await readBodyText(answer.body).catch(() => '');
  const after = Number(answer.headers['retry-after']);
  return apiStatusError(parseObject(text), {
    status: answer.statusCode,
    retryAfterSeconds: Number.isFinite(after) && after >= 0 ? after : null,
  });
}

/** Builds the error from a Kubernetes `Status`. The HTTP status and Retry-After header, if given, take precedence. */
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
    // An HTML page of a proxy: reduced to one line, like every error message.
    return { message: text.slice(0, 200).replace(/\s+/g, ' ').trim() };
  }
}

/** Returns the whole body. Throws StreamError `body-too-large` as soon as it is larger than `maxBytes`. */
export async function readBodyText(body: Body, maxBytes = MAX_BUFFERED_BODY_BYTES): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    // Leaving the loop by an error destroys the body.
    if (size > maxBytes) throw new StreamError('body-too-large', `the answer is larger than ${maxBytes} bytes`);
  }
  return Buffer.concat(parts).toString('utf8');
}
