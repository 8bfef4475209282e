import type { FastifyBaseLogger } from 'fastify';
import type { ReviewRecord } from './review-summary.ts';

/** Longer than every valid name. */
export const MAX_LOGGED_LENGTH = 300;

/** Logs one line per review: object, outcome, rules, duration. */
export function logReview(log: FastifyBaseLogger, { reviewed, millis }: ReviewRecord): void {
  const uid = shortened(reviewed.uid);
  for (const failure of reviewed.failures) log.error({ uid, rule: failure.rule, err: failure.error }, 'rule failed');
  log.info(
    {
      uid,
      path: reviewed.path,
      operation: reviewed.operation,
      resource: shortened(reviewed.resource),
      namespace: shortened(reviewed.namespace),
      name: shortened(reviewed.name),
      dryRun: reviewed.dryRun,
      outcome: reviewed.outcome,
      allowed: reviewed.allowed,
      rules: reviewed.rules,
      skipped: reviewed.skipped,
      dataPlane: reviewed.dataPlanes,
      undecided:
        reviewed.undecided.length > 0 ? reviewed.undecided.map(({ rule, reason }) => ({ rule, reason })) : undefined,
      defaults: reviewed.defaults ?? undefined,
      millis: Math.round(millis * 100) / 100,
    },
    'review',
  );
}

function shortened<T extends string | undefined>(text: T): T | string {
  return text !== undefined && text.length > MAX_LOGGED_LENGTH ? `${text.slice(0, MAX_LOGGED_LENGTH)}…` : text;
}
