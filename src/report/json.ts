import type { CheckResult } from './result.ts';
import { summarize } from './result.ts';

/** `check -o json`. The field names are a promise to users. */
export function renderJson({ findings, skipped }: CheckResult): string {
  const report = {
    findings: findings.map(finding => ({
      rule: finding.rule,
      level: finding.level,
      message: finding.message,
      object: finding.object,
      path: finding.path,
      file: finding.file,
      line: finding.line,
      nodes: finding.nodes,
      zones: finding.zones,
      fix: finding.fix,
      introduced: finding.introduced,
      evidence: finding.evidence,
    })),
    skipped: skipped.map(({ rule, object, why }) => ({ rule, object, why })),
    summary: summarize(findings),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
