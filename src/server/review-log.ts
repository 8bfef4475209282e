import type { FastifyBaseLogger } from 'fastify';
import type { Outcome } from '../admission/admit.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import type { AppliedDefault } from '../defaults/defaults.ts';

export type ReviewOutcome = Outcome | { readonly kind: 'defaulted'; readonly applied: readonly AppliedDefault[] };

export interface LoggedReview {
  readonly path: string;
  readonly review: AdmissionRequest;
  readonly outcome: ReviewOutcome;
  readonly answer: AdmissionReviewResponse;
  readonly millis: number;
}

/** One line a review: who, what, which rules, how long. Never a body, as objects may hold secrets. */
export function logReview(log: FastifyBaseLogger, { path, review, outcome, answer, millis }: LoggedReview): void {
  const evaluation = outcome.kind === 'evaluated' ? outcome.evaluation : null;
  for (const failure of evaluation?.failures ?? []) {
    log.error({ uid: review.uid, rule: failure.rule, err: failure.error }, 'rule failed');
  }
  log.info(
    {
      uid: review.uid,
      path,
      operation: review.operation,
      resource: review.resource.resource,
      namespace: review.namespace,
      name: review.name,
      dryRun: review.dryRun ?? false,
      outcome: outcome.kind,
      allowed: answer.response.allowed,
      rules: [...new Set(evaluation?.findings.map(finding => finding.rule))],
      skipped: evaluation?.skipped.length ?? 0,
      ...(outcome.kind === 'defaulted' ? { defaults: outcome.applied.map(({ field }) => field) } : {}),
      millis: Math.round(millis * 100) / 100,
    },
    'review',
  );
}
