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
  watchOver(app, self);
  const refused = (reply: FastifyReply, refusal: Refusal) => {
    metrics?.requestsRefused.inc({ reason: refusal.error });
    return refuse(reply, refusal);
  };
  app.setErrorHandler((error: Parameters<typeof refusalFor>[0], request, reply) =>
    refused(reply, refusalFor(error, request)),
  );
  app.setNotFoundHandler((request, reply) => refused(reply, notFound(request)));
  admitBodies(app, capacity, reply => refused(reply, BUSY));
  app.post('/validate', (request, reply) => validate(request, reply, self));
  app.post('/mutate', (request, reply) => mutate(request, reply, self));
  await app.ready();
  return app;
}

function watchOver(app: FastifyInstance, { clock, draining = () => false }: App): void {
  const arrived = arrivals(clock);
  app.decorateRequest('arrivedAt', 0);
  // Hooks that call back are cheaper than those that promise, and every review passes through them.
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = arrived();
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining()) reply.header('connection', 'close');
    done();
  });
}

/** Lets a body in where there is room for it, before any of it is read. */
function admitBodies(app: FastifyInstance, capacity: Capacity, busy: (reply: FastifyReply) => FastifyReply): void {
  const budget = new BodyBudget(capacity);
  app.addHook('onRequest', (request, reply, done) => {
    const taken = request.method === 'POST' ? budget.take(request.headers['content-length']) : SMALL_BODY;
    // The body is left unread, so the connection is of no further use.
    if (taken === null) return void busy(reply.header('connection', 'close').header('retry-after', '1'));
    if (taken !== SMALL_BODY) reply.raw.once('close', taken);
    done();
  });
}

async function validate(request: FastifyRequest, reply: FastifyReply, app: App): Promise<AdmissionReviewResponse> {
  const review = parseReview(request.body);
  const outcome = await app.slots.run(app.judge, judge => judged(request, review, { ...app, judge }));
  return told(reply, app, { path: '/validate', review, outcome, answer: answerFor(review, outcome) });
}

async function mutate(request: FastifyRequest, reply: FastifyReply, app: App): Promise<AdmissionReviewResponse> {
  const review = parseReview(request.body);
  const defaults = defaultsOf(review, app.judge);
  const answer = defaults ? respondWithDefaults(review.uid, defaults.service, defaults.applied) : allow(review.uid);
  const outcome = defaults ? ({ kind: 'defaulted', applied: defaults.applied } as const) : PASSED_OVER;
  return told(reply, app, { path: '/mutate', review, outcome, answer });
}

const PASSED_OVER = { kind: 'passed-over' } as const;

async function judged(request: FastifyRequest, review: AdmissionRequest, app: App): Promise<Outcome> {
  const { timeout } = request.query as { timeout?: unknown };
  const waited = app.clock() - request.arrivedAt;
  const deadline = new Deadline(parseTimeout(timeout) - waited, app.clock);
  const outcome = await admit(review, app.judge, deadline);
  if (outcome.kind === 'too-late') app.onTooLate?.();
  return outcome;
}

function told(reply: FastifyReply, app: App, done: Omit<LoggedReview, 'millis'>): AdmissionReviewResponse {
  const reviewed = { ...done, millis: app.clock() - reply.request.arrivedAt };
  logReview(app.log, reviewed);
  if (app.metrics) countReview(app.metrics, reviewed);
  reply.type('application/json');
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
