import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Judge, Outcome } from '../admission/admit.ts';
import { admit, defaultsOf } from '../admission/admit.ts';
import { Deadline, parseTimeout } from '../admission/deadline.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import { allow, respond, respondWithDefaults } from '../admission/respond.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { parseReview } from '../admission/review.ts';
import type { BasisSubject } from '../legacy/admission-basis.ts';
import { jsonIn, questionIn } from '../legacy/server-question.ts';
import type { Answer } from '../legacy/server-repeats.ts';
import { Repeats } from '../legacy/server-repeats.ts';
import { Turn } from '../legacy/server-turn.ts';
import type { HttpsOptions } from '../serving/https-app.ts';
import { createApp } from '../serving/https-app.ts';
import type { Capacity } from '../serving/limits.ts';
import { CAPACITY } from '../serving/limits.ts';
import type { Refusal } from './http-error.ts';
import { BUSY, notFound, refusalFor, refuse } from './http-error.ts';
import { BodyBudget, ReviewSlots, SMALL_BODY } from './request-limits.ts';
import { logReview } from './review-log.ts';
import { countReview } from './review-metrics.ts';
import type { ReviewOutcome, Told } from './review-summary.ts';
import { reviewedOf } from './review-summary.ts';

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
  readonly turn: Turn<Told>;
  /** Answers given before, by the webhook that gave them. */
  readonly repeats: Readonly<Record<Path, Repeats>>;
}

type Path = '/validate' | '/mutate';

/** The webhook port: POST /validate and /mutate. Tests talk to it through `inject`; `listen` is the caller's. */
export async function buildWebhookApp(options: WebhookOptions): Promise<FastifyInstance> {
  const { judge, metrics, capacity = CAPACITY, clock = () => performance.now() } = options;
  const slots = new ReviewSlots(capacity.reviews, () => metrics?.hurried.inc());
  const turn = new Turn<Told>(clock, told => tell(told, options));
  const repeats = { '/validate': new Repeats(judge), '/mutate': new Repeats(judge) };
  const self: App = { ...options, capacity, clock, slots, turn, repeats };
  const app = createApp(self);
  app.removeContentTypeParser(['text/plain', 'application/json']);
  // Its bytes tell whether it was asked before; what was not is parsed by who answers.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
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
  app.post('/validate', (request, reply) => answer(request, reply, { app: self, path: '/validate', ask: validate }));
  app.post('/mutate', (request, reply) => answer(request, reply, { app: self, path: '/mutate', ask: mutate }));
  await app.ready();
  return app;
}

/** Notes when a request came, and lets its body in where there is room for it, before any of it is read. */
function receive(app: FastifyInstance, { turn, capacity }: App, busy: (reply: FastifyReply) => FastifyReply): void {
  const budget = new BodyBudget(capacity);
  // One hook, and one that calls back: every review passes through it.
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = turn.since();
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

interface Verdict {
  readonly outcome: ReviewOutcome;
  readonly answer: AdmissionReviewResponse;
  /** Whose judgement this is, where the same question has the same answer for as long as nothing changes. */
  readonly restsOn: BasisSubject | null;
}

interface Webhook {
  readonly app: App;
  readonly path: Path;
  readonly ask: (review: AdmissionRequest, request: FastifyRequest, app: App) => Verdict | Promise<Verdict>;
}

/** When all that came with it has been read, as it was answered before or anew; then there may be Pods to wait for. */
function answer(request: FastifyRequest, reply: FastifyReply, webhook: Webhook): Promise<string> {
  return webhook.app.turn.ask(() => {
    return whenThere(find(request, webhook), found => send(reply, webhook, found));
  });
}

/** At once, where there is nothing to wait for: then all of a turn is judged in one go. */
function whenThere<A, B>(value: A | Promise<A>, then: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(then) : then(value);
}

interface Found extends Answer {
  readonly uid: string;
}

function find(request: FastifyRequest, { app, path, ask }: Webhook): Found | Promise<Found> {
  const { body } = request;
  const repeats = app.repeats[path];
  const question = Buffer.isBuffer(body) ? questionIn(body) : null;
  const known = question && repeats.answerTo(question);
  if (known) {
    app.metrics?.repeats.inc();
    return { uid: question.uid, ...known };
  }
  const review = parseReview(jsonIn(body));
  return whenThere(ask(review, request, app), (verdict): Found => {
    const text = JSON.stringify(verdict.answer);
    const reviewed = reviewedOf({ path, review, ...verdict });
    if (question && verdict.restsOn) repeats.remember(question, { text, reviewed }, verdict.restsOn);
    return { uid: review.uid, text, reviewed };
  });
}

function send(reply: FastifyReply, { app }: Webhook, { uid, text, reviewed }: Found): string {
  app.turn.leave({ uid, reviewed, millis: app.clock() - reply.request.arrivedAt });
  if (reviewed.outcome === 'too-late') app.onTooLate?.();
  lastWhileDraining(reply, app).type('application/json');
  return text;
}

function tell(told: Told, { log, metrics }: WebhookOptions): void {
  logReview(log, told);
  if (metrics) countReview(metrics, told);
}

function validate(review: AdmissionRequest, request: FastifyRequest, app: App): Verdict | Promise<Verdict> {
  const outcome = app.slots.run(app.judge, judge => admit(review, judge, deadlineOf(request, app)));
  return whenThere(outcome, done => ({ outcome: done, answer: answerFor(review, done), restsOn: subjectOf(done) }));
}

function subjectOf(outcome: Outcome): BasisSubject | null {
  if (outcome.kind === 'passed-over') return NOBODY;
  if (outcome.kind !== 'evaluated' || outcome.byPods || outcome.evaluation.failures.length > 0) return null;
  return outcome.service;
}

/** Of what is no matter of a Service. */
const NOBODY: BasisSubject = { namespace: '', name: '', annotations: {} };

function mutate(review: AdmissionRequest, _request: FastifyRequest, { judge }: App): Verdict {
  const defaults = defaultsOf(review, judge);
  if (!defaults) return { outcome: { kind: 'passed-over' }, answer: allow(review.uid), restsOn: NOBODY };
  const { service, applied } = defaults;
  const answer = respondWithDefaults(review.uid, service, applied);
  return { outcome: { kind: 'defaulted', applied }, answer, restsOn: service };
}

function deadlineOf(request: FastifyRequest, { clock }: App): Deadline {
  const { timeout } = request.query as { timeout?: unknown };
  return new Deadline(parseTimeout(timeout) - (clock() - request.arrivedAt), clock);
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
