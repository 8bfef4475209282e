import type { FastifyBaseLogger } from 'fastify';
import type { ReviewRecord } from './review-summary.ts';

/** Logs one line per review: object, outcome, rules, duration. */
export function logReview(log: FastifyBaseLogger, { reviewed, millis }: ReviewRecord): void {
  const { uid } = reviewed;
  for (const failure of reviewed.failures) log.error({ uid, rule: failure.rule, err: failure.error }, 'rule failed');
  log.info(
    {
      uid,
      path: reviewed.path,
      operation: reviewed.operation,
      resource: reviewed.resource,
      namespace: reviewed.namespace,
      name: reviewed.name,
      dryRun: reviewed.dryRun,
      outcome: reviewed.outcome,
      allowed: reviewed.allowed,
      rules: reviewed.rules,
      skipped: reviewed.skipped,
      defaults: reviewed.defaults ?? undefined,
      millis: Math.round(millis * 100) / 100,
    },
    'review',
  );
}
