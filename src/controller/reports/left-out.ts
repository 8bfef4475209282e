import { plural } from '../../model/plural.ts';
import type { ActiveFinding } from '../findings/store.ts';
import { CATEGORY, type ReportResult, SOURCE, timestamp } from './result.ts';

const LEVELS = ['deny', 'warn', 'info'] as const;

/** The entry with the number of findings that the report has no room for. */
export function leftOutResult(findings: readonly ActiveFinding[], namespace: string): ReportResult {
  const counts = LEVELS.map(level => ({
    level,
    count: findings.filter(({ finding }) => finding.level === level).length,
  })).filter(({ count }) => count > 0);
  const listed = counts.map(({ level, count }) => `${count} ${level}`).join(', ');
  return {
    source: SOURCE,
    policy: 'findings-left-out',
    rule: 'findings-left-out',
    category: CATEGORY,
    severity: 'info',
    result: 'skip',
    scored: false,
    message: `${plural(findings.length, 'more finding')} (${listed}) than this report has room for; zonewise audit --live lists all`,
    timestamp: timestamp(findings.reduce((latest, { since }) => Math.max(latest, since), 0)),
    resources: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace }],
    properties: {
      leftOut: String(findings.length),
      ...Object.fromEntries(counts.map(({ level, count }) => [`leftOut.${level}`, String(count)])),
    },
  };
}
