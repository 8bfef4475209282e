import type { Metrics } from '../serving/metrics.ts';
import type { ReviewRecord, ReviewSummary } from './review-summary.ts';

type OutcomeLabel = 'denied' | 'warned' | 'allowed' | 'defaulted' | 'passed-over' | 'too-late';

export function recordReviewMetrics(metrics: Metrics, { reviewed, millis }: ReviewRecord): void {
  const { path, operation, outcome, findings, undecided, failures } = reviewed;
  const webhook = path.slice(1);
  metrics.reviews.inc({ webhook, operation, outcome: labelOf(reviewed) });
  metrics.duration.observe({ webhook }, millis / 1000);
  if (outcome === 'too-late') metrics.deadlineMisses.inc();
  for (const { rule, level } of findings) metrics.findings.inc({ rule, level });
  for (const { rule, reason } of undecided) metrics.undecided.inc({ rule, reason });
  for (const { rule } of failures) metrics.ruleFailures.inc({ rule });
}

function labelOf({ outcome, allowed, warned, defaults }: ReviewSummary): OutcomeLabel {
  switch (outcome) {
    case 'evaluated':
      if (!allowed) return 'denied';
      return warned ? 'warned' : 'allowed';
    case 'defaulted':
      return defaults && defaults.length > 0 ? 'defaulted' : 'allowed';
    case 'too-late':
      return allowed ? outcome : 'denied';
    case 'passed-over':
      return outcome;
    default:
      return outcome satisfies never;
  }
}
