import type { Finding } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * Removes findings that are superseded by another rule's finding or evaluation.
 *
 * @param evaluated ids of the rules that ran on the Service, with or without findings
 */
export function withoutSuperseded(
  findings: readonly Finding[],
  rules: readonly Rule[],
  evaluated: ReadonlySet<string>,
): Finding[] {
  if (findings.length === 0) return [];
  const spoken = new Set(findings.map(finding => finding.rule));
  const silenced = rules.filter(
    ({ id, supersededBy, supersededIfEvaluated }) =>
      spoken.has(id) &&
      (supersededBy?.some(one => spoken.has(one)) || supersededIfEvaluated?.some(one => evaluated.has(one))),
  );
  const ids = new Set(silenced.map(rule => rule.id));
  return findings.filter(finding => !ids.has(finding.rule));
}
