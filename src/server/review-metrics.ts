import type { AdmissionReviewResponse } from '../admission/respond.ts';
import type { Metrics } from './metrics.ts';
import type { LoggedReview, ReviewOutcome } from './review-log.ts';

/** What became of a review, as the metrics name it. */
type OutcomeLabel = 'denied' | 'warned' | 'allowed' | 'defaulted' | 'passed-over' | 'too-late';

/** Counts one review: who asked, what came of it, which rules spoke. */
export function countReview(metrics: Metrics, { path, review, outcome, answer, millis }: LoggedReview): void {
  const webhook = path.slice(1);
  metrics.reviews.inc({ webhook, operation: review.operation, outcome: labelOf(outcome, answer) });
  metrics.duration.observe({ webhook }, millis / 1000);
  if (outcome.kind === 'too-late') metrics.deadlineMisses.inc();
  if (outcome.kind !== 'evaluated') return;
  for (const { rule, level } of outcome.evaluation.findings) metrics.findings.inc({ rule, level });
  for (const { rule } of outcome.evaluation.failures) metrics.ruleFailures.inc({ rule });
}

function labelOf(outcome: ReviewOutcome, { response }: AdmissionReviewResponse): OutcomeLabel {
  switch (outcome.kind) {
    case 'evaluated':
      if (!response.allowed) return 'denied';
      return response.warnings ? 'warned' : 'allowed';
    case 'defaulted':
      return outcome.applied.length > 0 ? 'defaulted' : 'allowed';
    case 'passed-over':
    case 'too-late':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}
