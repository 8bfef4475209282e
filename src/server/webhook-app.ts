import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Judge, Outcome } from '../admission/admit.ts';
import { admit, defaultsOf } from '../admission/admit.ts';
import { Deadline, parseTimeout } from '../admission/deadline.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import { allow, respond, respondWithDefaults } from '../admission/respond.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { parseReview } from '../admission/review.ts';
import type { Refusal } from './answer-error.ts';
import { BUSY, notFound, refusalFor, refuse } from './answer-error.ts';
import { arrivals } from './arrivals.ts';
import { BodyBudget, ReviewSlots, SMALL_BODY } from './bounds.ts';
import type { HttpsOptions } from './https-app.ts';
import { createApp } from './https-app.ts';
import type { Capacity } from './limits.ts';
import { CAPACITY } from './limits.ts';
import type { LoggedReview } from './review-log.ts';
import { logReview } from './review-log.ts';
import { countReview } from './review-metrics.ts';

export interface WebhookOptions extends Omit<HttpsOptions, 'capacity'> {
  readonly judge: Judge;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
  /** Told of every review that was answered unjudged because its time was up. */
  readonly onTooLate?: () => void;
  readonly capacity?: Capacity;
  /** True from when the process is to end: each answer is then the last on its connection. */
  readonly draining?: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Since when it may have been waiting, in milliseconds of the app's clock. */
    arrivedAt: number;
  }
}

interface App extends WebhookOptions {
  readonly clock: () => number;
  readonly slots: ReviewSlots;
  readonly capacity: Capacity;
}

/** The webhook port: POST /validate and /mutate. Tests talk to it through `inject`; `listen` is the caller's. */
export async function buildWebhookApp(options: WebhookOptions): Promise<FastifyInstance> {
  const { metrics, capacity = CAPACITY, clock = () => performance.now() } = options;
  const slots = new ReviewSlots(capacity.reviews, () => metrics?.hurried.inc());
  const self: App = { ...options, capacity, clock, slots };
  const app = createApp(self);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('arrivedAt', 0);
  const refused = (reply: FastifyReply, refusal: Refusal) => {
    metrics?.requestsRefused.inc({ reason: refusal.error });
    return refuse(lastWhileDraining(reply, self), refusal);
  };
  app.setErrorHandler((error: Parameters<typeof refusalFor>[0], request, reply) =>
    refused(reply, refusalFor(error, request)),
  );
  app.setNotFoundHandler((request, reply) => refused(reply, notFound(request)));
  receive(app, self, reply => refused(reply, BUSY));
  app.post('/validate', (request, reply) => validate(request, reply, self));
  app.post('/mutate', (request, reply) => mutate(request, reply, self));
  await app.ready();
  return app;
}

/** Notes when a request came, and lets its body in where there is room for it, before any of it is read. */
function receive(app: FastifyInstance, { clock, capacity }: App, busy: (reply: FastifyReply) => FastifyReply): void {
  const arrived = arrivals(clock);
  const budget = new BodyBudget(capacity);
  // One hook, and one that calls back: every review passes through it.
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = arrived();
    const taken = request.method === 'POST' ? budget.take(request.headers['content-length']) : SMALL_BODY;
    // The body is left unread, so the connection is of no further use.
    if (taken === null) return void busy(reply.header('connection', 'close').header('retry-after', '1'));
    if (taken !== SMALL_BODY) reply.raw.once('close', taken);
    done();
  });
}

function lastWhileDraining(reply: FastifyReply, { draining = () => false }: App): FastifyReply {
  return draining() ? reply.header('connection', 'close') : reply;
}

/** At once, or when the Pods are there: there is nothing else to wait for. */
function validate(
  request: FastifyRequest,
  reply: FastifyReply,
  app: App,
): AdmissionReviewResponse | Promise<AdmissionReviewResponse> {
  const review = parseReview(request.body);
  const answered = (outcome: Outcome) =>
    told(reply, app, { path: '/validate', review, outcome, answer: answerFor(review, outcome) });
  const outcome = app.slots.run(app.judge, judge => admit(review, judge, deadlineOf(request, app)));
  return outcome instanceof Promise ? outcome.then(answered) : answered(outcome);
}

function mutate(request: FastifyRequest, reply: FastifyReply, app: App): AdmissionReviewResponse {
  const review = parseReview(request.body);
  const defaults = defaultsOf(review, app.judge);
  const answer = defaults ? respondWithDefaults(review.uid, defaults.service, defaults.applied) : allow(review.uid);
  const outcome = defaults ? ({ kind: 'defaulted', applied: defaults.applied } as const) : PASSED_OVER;
  return told(reply, app, { path: '/mutate', review, outcome, answer });
}

const PASSED_OVER = { kind: 'passed-over' } as const;

function deadlineOf(request: FastifyRequest, { clock }: App): Deadline {
  const { timeout } = request.query as { timeout?: unknown };
  return new Deadline(parseTimeout(timeout) - (clock() - request.arrivedAt), clock);
}

function told(reply: FastifyReply, app: App, done: Omit<LoggedReview, 'millis'>): AdmissionReviewResponse {
  const reviewed = { ...done, millis: app.clock() - reply.request.arrivedAt };
  logReview(app.log, reviewed);
  if (app.metrics) countReview(app.metrics, reviewed);
  if (done.outcome.kind === 'too-late') app.onTooLate?.();
  lastWhileDraining(reply, app).type('application/json');
  return done.answer;
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
