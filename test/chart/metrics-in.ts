import type { Metric } from 'prom-client';
import { createAuditMetrics } from '../../src/controller/audit/metrics.ts';
import { createControllerMetrics } from '../../src/controller/metrics.ts';
import { createReportMetrics } from '../../src/controller/reports/metrics.ts';
import { createMetrics } from '../../src/serving/metrics.ts';

/** Labels that Prometheus adds to every series scraped from a Pod. */
const TARGET_LABELS = ['namespace', 'pod'];

/** Names of the series that zonewise serves, with the labels of each. */
export function servedSeries(): ReadonlyMap<string, readonly string[]> {
  const metrics = createMetrics();
  createControllerMetrics(metrics.registry, metrics.certificateExpiry);
  createAuditMetrics(metrics.registry);
  createReportMetrics(metrics.registry);
  // prom-client's types lack the label names, but every metric has them.
  const served = metrics.registry.getMetricsAsArray() as unknown as (Metric & {
    readonly name: string;
    readonly labelNames?: readonly string[];
    readonly upperBounds?: readonly number[];
  })[];
  return new Map(
    served.flatMap(({ name, labelNames = [], upperBounds }): [string, readonly string[]][] => {
      const labels = [...labelNames, ...TARGET_LABELS];
      if (!upperBounds) return [[name, labels]];
      return [
        [`${name}_bucket`, [...labels, 'le']],
        [`${name}_sum`, labels],
        [`${name}_count`, labels],
      ];
    }),
  );
}

/** Problems of a PromQL expression and its legend; empty if there are none. */
export function faultsOf(expression: string, legend = ''): readonly string[] {
  const series = servedSeries();
  const named = [...expression.matchAll(/\b[a-z]\w*_[a-z]\w*(?=\s*[[{),}]|\s*$|\s+[-+*/<>=])/g)].map(([name]) => name);
  const unknown = named.filter(name => !series.has(name)).map(name => `no metric is called ${name}`);
  if (named.length === 0) return ['names no metric'];
  const known = new Set(named.flatMap(name => series.get(name) ?? []));
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(match => (match[1] ?? '').split(/,\s*/));
  const selected = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(match =>
    [...(match[1] ?? '').matchAll(/(\w+)\s*[=!]/g)].map(label => label[1] ?? ''),
  );
  const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? '');
  const lost = grouped.length > 0 ? shown.filter(label => !grouped.includes(label)) : [];
  return [
    ...unknown,
    ...[...grouped, ...selected, ...shown]
      .filter(label => !known.has(label))
      .map(label => `no label is called ${label}`),
    ...lost.map(label => `the legend shows ${label}, which the sum has lost`),
  ];
}
