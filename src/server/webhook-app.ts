import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Fastify, { LogController } from 'fastify';
import type { Judge, Outcome } from '../admission/admit.ts';
import { admit, defaultsOf } from '../admission/admit.ts';
import { Deadline, parseTimeout } from '../admission/deadline.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import { allow, respond, respondWithDefaults } from '../admission/respond.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { parseReview, ReviewError } from '../admission/review.ts';
import type { InputError } from '../errors.ts';
import type { ServerLimits } from './limits.ts';
import { SERVER_LIMITS } from './limits.ts';
import { logReview } from './review-log.ts';

/** The API server's own limit for an object is 3 MiB; an UPDATE carries two, and JSON may be larger than what etcd holds. */
const BODY_LIMIT = 7 * 1024 * 1024;

export interface WebhookOptions {
  readonly judge: Judge;
  readonly log: FastifyBaseLogger;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
  /** Told of every review that was answered unjudged because its time was up. */
  readonly onTooLate?: () => void;
  readonly limits?: ServerLimits;
}

/** The webhook port: POST /validate and /mutate. Tests talk to it through `inject`; `listen` is the caller's. */
export async function buildWebhookApp(options: WebhookOptions): Promise<FastifyInstance> {
  const app = createApp(options);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: 'not-found', message: `${request.method} ${request.url}; expected POST /validate or /mutate` }),
  );
  app.post('/validate', (request, reply) => validate(request, reply, options));
  app.post('/mutate', (request, reply) => mutate(request, reply, options));
  await app.ready();
  return app;
}

function createApp({ tls, log, limits = SERVER_LIMITS }: WebhookOptions): FastifyInstance {
  const http = { connectionsCheckingInterval: limits.checkEvery, headersTimeout: limits.headers };
  const common = {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: limits.keepAlive,
    requestTimeout: limits.request,
    forceCloseConnections: 'idle',
    // While closing, what still arrives on an open connection is answered like all else, and the connection closed then.
    return503OnClosing: false,
    // Objects are read key by key and merged into nothing, so a key called __proto__ is data like any other.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  } as const;
  const app = tls
    ? (Fastify({
        ...common,
        https: { ...http, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: limits.handshake },
      }) as unknown as FastifyInstance)
    : Fastify({ ...common, http });
  app.server.maxHeadersCount = 100;
  return app;
}

async function validate(
  request: FastifyRequest,
  reply: FastifyReply,
  options: WebhookOptions,
): Promise<AdmissionReviewResponse> {
  const started = performance.now();
  const review = parseReview(request.body);
  const outcome = await judged(request, review, options);
  const answer = answerFor(review, outcome);
  logReview(options.log, { path: '/validate', review, outcome, answer, millis: performance.now() - started });
  reply.type('application/json');
  return answer;
}

async function mutate(
  request: FastifyRequest,
  reply: FastifyReply,
  { judge, log }: WebhookOptions,
): Promise<AdmissionReviewResponse> {
  const started = performance.now();
  const review = parseReview(request.body);
  const defaults = defaultsOf(review, judge);
  const answer = defaults ? respondWithDefaults(review.uid, defaults.service, defaults.applied) : allow(review.uid);
  const outcome = defaults ? ({ kind: 'defaulted', applied: defaults.applied } as const) : PASSED_OVER;
  logReview(log, { path: '/mutate', review, outcome, answer, millis: performance.now() - started });
  reply.type('application/json');
  return answer;
}

const PASSED_OVER = { kind: 'passed-over' } as const;

async function judged(request: FastifyRequest, review: AdmissionRequest, options: WebhookOptions): Promise<Outcome> {
  const { timeout } = request.query as { timeout?: unknown };
  const deadline = new Deadline(parseTimeout(timeout), options.clock ?? (() => performance.now()));
  const outcome = await admit(review, options.judge, deadline);
  if (outcome.kind === 'too-late') options.onTooLate?.();
  return outcome;
}

function answerFor(review: AdmissionRequest, outcome: Outcome): AdmissionReviewResponse {
  switch (outcome.kind) {
    case 'evaluated':
      return respond(review.uid, outcome.evaluation.findings);
    case 'passed-over':
    case 'too-late':
      return allow(review.uid);
    default:
      return outcome satisfies never;
  }
}

/** Client errors in words; anything else is a fault of zonewise and says so without details. */
function answerError(
  error: FastifyError | ReviewError | InputError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof ReviewError) {
    return reply.code(422).send({ error: error.code, message: error.message, problems: error.problems });
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status < 500) {
    return reply
      .code(status)
      .send({ error: CLIENT_ERRORS[status] ?? 'bad-request', message: explain(status, error.message, request) });
  }
  request.log.error({ err: error, path: request.url.split('?')[0] }, 'request failed');
  return reply.code(500).send({ error: 'internal', message: 'zonewise failed to answer; its log says why' });
}

const CLIENT_ERRORS: Readonly<Record<number, string>> = {
  400: 'not-json',
  413: 'too-large',
  415: 'wrong-content-type',
};

function explain(status: number, message: string, request: FastifyRequest): string {
  if (status === 415)
    return `content-type is ${request.headers['content-type'] ?? 'missing'}; expected application/json`;
  if (status === 413) return `the body is larger than ${BODY_LIMIT} bytes`;
  return status === 400 ? `the body is not JSON: ${message}` : message;
}
