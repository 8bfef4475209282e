import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { createReportMetrics } from '../../src/controller/reports/metrics.ts';
import { MAX_REPORTS } from '../../src/controller/reports/reconciler.ts';
import { MAX_REPORT_BYTES } from '../../src/controller/reports/report.ts';
import { REPORT_RESOURCES } from '../../src/controller/reports/report-kind.ts';
import { outcomeOf } from '../../src/controller/reports/result.ts';
import { read } from './pages.ts';

const PAGE = 'docs/reports.md';

test('docs/reports.md has the limits with their values', () => {
  const { maxResults, writesPerMinute } = DEFAULT_CONFIG.audit.reports;
  for (const row of [
    `| findings of one report | \`maxResults\`, ${maxResults} |`,
    `| size of one report | ${MAX_REPORT_BYTES / 1024} KiB |`,
    `| reports | ${MAX_REPORTS.toLocaleString('en')} namespaces |`,
    `| writes | \`writesPerMinute\`, ${writesPerMinute}, `,
  ]) {
    expect(read(PAGE)).toContain(row);
  }
});

test('docs/reports.md lists every metric of the reports', () => {
  const registry = new Registry();
  createReportMetrics(registry);
  const listed = [...read(PAGE).matchAll(/^\| `(zonewise_\w+)`/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(
    registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .toSorted(),
  );
});

test('docs/reports.md has the kinds, and what each level becomes', () => {
  for (const [kind, { apiVersion, home }] of Object.entries(REPORT_RESOURCES)) {
    expect(read(PAGE)).toMatch(new RegExp(`\\| \`${kind}\` \\| \`${apiVersion}\` \\| .*${home}`));
  }
  const levels = (['deny', 'warn', 'info'] as const).map(level => {
    const { result, severity, scored } = outcomeOf(level);
    return `\`${level}\`: \`${result}\`, \`${severity}\`, \`${scored}\``;
  });
  expect(read(PAGE)).toContain(levels.join('; '));
});
