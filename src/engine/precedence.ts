import type { Finding } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * Removes findings that are superseded by another rule's finding or evaluation. A denial is
 * superseded only by another denial: a warning must not replace it.
 *
 * @param evaluated ids of the rules that ran on the Service, with or without findings
 */
export function withoutSuperseded(
  findings: readonly Finding[],
  rules: readonly Rule[],
  evaluated: ReadonlySet<string>,
): Finding[] {
  if (findings.length === 0) return [];
  return findings.filter(({ rule, level }) => {
    const { supersededBy = [], supersededIfEvaluated = [] } = rules.find(({ id }) => id === rule) ?? {};
    if (supersededIfEvaluated.some(id => evaluated.has(id))) return false;
    return !findings.some(other => supersededBy.includes(other.rule) && (level !== 'deny' || other.level === 'deny'));
  });
}
