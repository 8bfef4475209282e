import type { Outcome } from '../admission/admit.ts';
import type { AdmissionReviewResponse } from '../admission/respond.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import type { WorkloadOutcome } from '../admission/workloads/admit-change.ts';
import type { AppliedDefault } from '../defaults/defaults.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { NOTHING_FOUND } from '../engine/evaluation.ts';

export type ReviewOutcome =
  | Outcome
  | WorkloadOutcome
  | { readonly kind: 'defaulted'; readonly applied: readonly AppliedDefault[] };

/** The part of a review for log and metrics. It excludes the object, which may contain secrets. */
export interface ReviewSummary {
  readonly uid: string;
  readonly path: string;
  readonly operation: AdmissionRequest['operation'];
  /** With the subresource, as in RBAC: `deployments/scale`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly dryRun: boolean;
  readonly outcome: ReviewOutcome['kind'];
  readonly allowed: boolean;
  readonly warned: boolean;
  readonly findings: readonly { readonly rule: string; readonly level: string }[];
  /** Distinct rules of the findings. */
  readonly rules: readonly string[];
  readonly skipped: number;
  /** The data plane that the evaluation used; `null` if nothing was evaluated. */
  readonly dataPlanes: string | null;
  /** Rules at level deny that could not be evaluated. */
  readonly undecided: Evaluation['undecided'];
  readonly failures: Evaluation['failures'];
  /** Fields that /mutate set; `null` on /validate. */
  readonly defaults: readonly string[] | null;
}

export interface ReviewRecord {
  readonly reviewed: ReviewSummary;
  /** From the start of the event-loop iteration that read it to its response. */
  readonly millis: number;
}

interface AnsweredReview {
  readonly path: string;
  readonly review: AdmissionRequest;
  readonly outcome: ReviewOutcome;
  readonly answer: AdmissionReviewResponse;
}

export function summarizeReview({ path, review, outcome, answer }: AnsweredReview): ReviewSummary {
  const evaluation = 'evaluation' in outcome ? outcome.evaluation : NOTHING_FOUND;
  const findings = evaluation.findings.map(({ rule, level }) => ({ rule, level }));
  return {
    uid: review.uid,
    path,
    operation: review.operation,
    resource: review.subResource ? `${review.resource.resource}/${review.subResource}` : review.resource.resource,
    namespace: review.namespace,
    name: review.name,
    dryRun: review.dryRun ?? false,
    outcome: outcome.kind,
    allowed: answer.response.allowed,
    warned: answer.response.warnings !== undefined,
    findings,
    rules: [...new Set(findings.map(({ rule }) => rule))],
    skipped: evaluation.skipped.length,
    dataPlanes: evaluation.dataPlanes ?? null,
    undecided: evaluation.undecided,
    failures: evaluation.failures,
    defaults: outcome.kind === 'defaulted' ? outcome.applied.map(({ field }) => field) : null,
  };
}
