import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Outcome, ReviewEnvironment } from '../admission/admit.ts';
import { admit, computeDefaults } from '../admission/admit.ts';
import { Deadline, parseTimeout } from '../admission/deadline.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import { allow, respond, respondToChange, respondWithDefaults } from '../admission/respond.ts';
import type { AdmissionRequest, ReceivedReview } from '../admission/review.ts';
import { parseReview } from '../admission/review.ts';
import type { WorkloadEnvironment } from '../admission/workloads/admit-change.ts';
import { admitChange } from '../admission/workloads/admit-change.ts';
import type { HttpsOptions } from '../serving/https-app.ts';
import { createHttpsApp } from '../serving/https-app.ts';
import type { Capacity } from '../serving/limits.ts';
import { CAPACITY } from '../serving/limits.ts';
import type { HttpErrorBody } from './http-error.ts';
import { notFound, sendHttpError, toHttpError } from './http-error.ts';
import { LoopIteration } from './loop-iteration.ts';
import { BodyMemory, limitLookups } from './request-limits.ts';
import type { ReviewBody } from './review-body.ts';
import { readReviewBody } from './review-body.ts';
import { REVIEW_FIELDS, WORKLOAD_REVIEW_FIELDS } from './review-fields.ts';
import { logReview } from './review-log.ts';
import { recordReviewMetrics } from './review-metrics.ts';
import type { ReviewOutcome, ReviewSummary } from './review-summary.ts';
import { summarizeReview } from './review-summary.ts';

export interface WebhookOptions extends Omit<HttpsOptions, 'capacity'> {
  readonly environment: ReviewEnvironment;
  /** For POST /validate-workloads, which is answered 404 without it. */
  readonly workloads?: WorkloadEnvironment | null;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
  /** Called for every review whose deadline was missed. */
  readonly onDeadlineMissed?: () => void;
  readonly capacity?: Capacity;
  /** True while the process shuts down: each response then closes its connection. */
  readonly draining?: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Start of the event-loop iteration that read it, in milliseconds of the app's clock. */
    receivedAtMs: number;
    /** Where memory for a large body is released. A closure per request instead kept requests past young collections. */
    response: ServerResponse | null;
    /** Set when a review is answered. */
    reviewed: ReviewSummary | null;
  }
}

const WORKLOADS_PATH = '/validate-workloads';

interface HandledReview {
  readonly outcome: ReviewOutcome;
  readonly answer: AdmissionReviewResponse;
}

type Handler = (review: ReceivedReview, request: FastifyRequest) => Promise<HandledReview>;

/** The app of the webhook port: POST /validate, /mutate and, if enabled, /validate-workloads. The caller listens. */
export async function buildWebhookApp(options: WebhookOptions): Promise<FastifyInstance> {
  const { metrics, log, capacity = CAPACITY, clock = () => performance.now(), draining = () => false } = options;
  const pods =
    options.environment.pods &&
    limitLookups(options.environment.pods, capacity.maxConcurrentReviews, () => metrics?.reviewsOverLimit.inc());
  const environment: ReviewEnvironment = { ...options.environment, pods };
  const iteration = new LoopIteration(clock);
  const app = createHttpsApp({ ...options, capacity });
  app.removeContentTypeParser(['text/plain', 'application/json']);
  const budget = new BodyMemory(capacity);
  const { largeBodyBytes } = capacity;
  app.addContentTypeParser('application/json', (request: FastifyRequest, body: IncomingMessage) =>
    readReviewBody(body, {
      fields: request.url.startsWith(WORKLOADS_PATH) ? WORKLOAD_REVIEW_FIELDS : REVIEW_FIELDS,
      largeBodyBytes,
      reserve: bytes => budget.reserve(bytes, release => request.response?.once('close', release)),
    }),
  );
  app.decorateRequest('response', null);
  app.decorateRequest('receivedAtMs', 0);
  app.decorateRequest('reviewed', null);

  const closeIfDraining = (reply: FastifyReply) => (draining() ? reply.header('connection', 'close') : reply);
  const refused = (reply: FastifyReply, httpError: HttpErrorBody) => {
    metrics?.requestsRefused.inc({ reason: httpError.error });
    // The rest of a body is not read, so the connection cannot be reused.
    if (!reply.request.raw.complete) reply.header('connection', 'close');
    return sendHttpError(closeIfDraining(reply), httpError);
  };
  app.setErrorHandler((error: Parameters<typeof toHttpError>[0], request, reply) =>
    refused(reply, toHttpError(error, request)),
  );
  const { workloads = null } = options;
  const paths = ['/validate', '/mutate', ...(workloads ? [WORKLOADS_PATH] : [])];
  app.setNotFoundHandler((request, reply) => refused(reply, notFound(request, paths)));

  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAtMs = iteration.startedAt();
    request.response = reply.raw;
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    const { reviewed } = request;
    if (reviewed) {
      const record = { reviewed, millis: clock() - request.receivedAtMs };
      logReview(log, record);
      if (metrics) recordReviewMetrics(metrics, record);
    }
    done();
  });

  const post = (path: string, handle: Handler) =>
    app.post(path, async (request, reply) => {
      await iteration.allRead();
      const { json, isCut } = request.body as ReviewBody;
      const sent = parseReview(json);
      if (isCut) metrics?.reviewsCut.inc();
      const review = isCut ? { ...sent, isCut } : sent;
      const { outcome, answer } = await handle(review, request);
      if (outcome.kind === 'too-late') options.onDeadlineMissed?.();
      request.reviewed = summarizeReview({ path, review, outcome, answer });
      closeIfDraining(reply).type('application/json');
      return JSON.stringify(answer);
    });
  const deadlineOf = ({ query, receivedAtMs }: FastifyRequest) =>
    new Deadline(parseTimeout((query as { timeout?: unknown }).timeout) - (clock() - receivedAtMs), clock);
  post('/validate', async (review, request) => {
    const outcome = await admit(review, environment, deadlineOf(request));
    return { outcome, answer: answerFor(review, outcome) };
  });
  post('/mutate', async review => {
    const defaults = computeDefaults(review, environment);
    if (!defaults) return { outcome: { kind: 'passed-over' }, answer: allow(review.uid) };
    const { service, applied } = defaults;
    return { outcome: { kind: 'defaulted', applied }, answer: respondWithDefaults(review.uid, service, applied) };
  });
  if (workloads) {
    post(WORKLOADS_PATH, async (review, request) => {
      const outcome = await admitChange(review, workloads, deadlineOf(request));
      const { uid } = review;
      return {
        outcome,
        answer: outcome.kind === 'passed-over' ? allow(uid) : respondToChange(uid, outcome.evaluation),
      };
    });
  }
  await app.ready();
  return app;
}

function answerFor(review: AdmissionRequest, outcome: Outcome): AdmissionReviewResponse {
  switch (outcome.kind) {
    case 'evaluated':
    case 'too-late':
      return respond(review.uid, outcome.evaluation);
    case 'passed-over':
      return allow(review.uid);
    default:
      return outcome satisfies never;
  }
}
