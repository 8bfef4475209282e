import { Agent, type Dispatcher } from 'undici';
import { type Body, readBodyText } from '../../kube/client/api-client.ts';
import { StreamError } from '../../kube/client/errors.ts';
import { InputError } from '../../runtime/errors.ts';
import { type InstantVector, parseAnswer } from './prometheus-answer.ts';
import { connectionProblem, errorAnswerProblem, foreignText, statusProblem } from './prometheus-problems.ts';
import { type PrometheusServer, serverAddress } from './prometheus-server.ts';

/** Upper bound of one answer, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Upper bound of the series of one answer. */
export const MAX_SERIES = 200_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Runs an instant query. Throws InputError for everything but a vector. */
export type Query = (promql: string) => Promise<InstantVector>;

export interface ClientOptions {
  /** For all queries together. */
  readonly timeoutMs: number;
  /** Default MAX_ANSWER_BYTES. */
  readonly maxAnswerBytes?: number;
}

/** Calls `use` with a client of the server and closes its connections afterwards. */
export async function withPrometheus<T>(
  server: PrometheusServer,
  options: ClientOptions,
  use: (query: Query) => Promise<T>,
): Promise<T> {
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(server.ca !== null && { ca: server.ca }) };
  const agent = new Agent({ allowH2: false, connections: 1, connect });
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    return await use(promql => runQuery({ server, agent, signal, ...options }, promql));
  } finally {
    await agent.destroy();
  }
}

interface Connection extends ClientOptions {
  readonly server: PrometheusServer;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

interface HttpAnswer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

async function runQuery(connection: Connection, promql: string): Promise<InstantVector> {
  const { server } = connection;
  const where = `Prometheus at ${serverAddress(server)}`;
  const { status, location, text } = await request(connection, promql, where);
  const answer = parseAnswer(text);
  const foreign = (words: string) => foreignText(words, server.secrets);
  if (answer.kind === 'error') {
    throw new InputError(errorAnswerProblem(where, status, { ...answer, message: foreign(answer.message) }));
  }
  if (status < 200 || status >= 300) throw new InputError(statusProblem(where, status, location));
  switch (answer.kind) {
    case 'unknown':
      throw new InputError(
        `${where} does not answer as Prometheus does; expected JSON with a vector from /api/v1/query`,
      );
    case 'wrong-type':
      throw new InputError(
        `the query returns a ${foreign(answer.resultType)}; expected an instant vector, such as sum by (...) (rate(...))`,
      );
    case 'vector':
      if (answer.vector.samples.length > MAX_SERIES) throw new InputError(tooManySeries(where));
      return {
        ...answer.vector,
        warnings: answer.vector.warnings.map(foreign),
        infos: answer.vector.infos.map(foreign),
      };
    default:
      return answer satisfies never;
  }
}

function tooManySeries(where: string): string {
  return `${where} returns more than ${MAX_SERIES} series; expected fewer, by matchers or by a sum over the labels that are read`;
}

async function request(connection: Connection, promql: string, where: string): Promise<HttpAnswer> {
  try {
    const form = new URLSearchParams({
      query: promql,
      timeout: `${connection.timeoutMs}ms`,
      limit: String(MAX_SERIES + 1),
    });
    const posted = await send(connection, form, 'POST');
    // Some proxies forward GET only; Prometheus' own client does the same.
    return posted.status === 405 ? await send(connection, form, 'GET') : posted;
  } catch (cause) {
    if (cause instanceof StreamError) {
      throw new InputError(
        `${where} sends a larger answer than zonewise reads: ${cause.message}; expected fewer series`,
      );
    }
    if (connection.signal.aborted) {
      throw new InputError(
        `${where} has not answered within ${connection.timeoutMs / 1000} s; expected a shorter query, or a longer timeout`,
      );
    }
    throw new InputError(`cannot read ${where}: ${connectionProblem(cause)}`, { cause });
  }
}

async function send(connection: Connection, form: URLSearchParams, method: 'GET' | 'POST'): Promise<HttpAnswer> {
  const { server, agent, signal, timeoutMs, maxAnswerBytes = MAX_ANSWER_BYTES } = connection;
  const path = `${server.prefix}/api/v1/query`;
  const answer: Dispatcher.ResponseData = await agent.request({
    origin: server.origin,
    path: method === 'GET' ? `${path}?${form}` : path,
    method,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'zonewise',
      ...(server.authorization !== null && { authorization: server.authorization }),
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body: method === 'POST' ? form.toString() : null,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  const { location } = answer.headers;
  return {
    status: answer.statusCode,
    location: typeof location === 'string' ? location : '',
    text: await readBodyText(answer.body satisfies Body, maxAnswerBytes),
  };
}
