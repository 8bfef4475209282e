import { expect, test } from 'vitest';
import type { ActiveFinding } from '../../../src/controller/findings/store.ts';
import { buildReport, isUpToDate, MAX_REPORT_BYTES, mergeReport } from '../../../src/controller/reports/report.ts';
import type { ReportResult } from '../../../src/controller/reports/result.ts';
import type { ReportSettings } from '../../../src/controller/reports/settings.ts';
import type { ApiObject } from '../../../src/kube/writer/api-writer.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { finding } from '../audit/audit-harness.ts';

const SINCE = Date.parse('2026-07-01T00:00:00.900Z');
const OWNER = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'owner', uid: 'u-1' };
const SETTINGS: ReportSettings = {
  kind: 'Report',
  name: 'zonewise',
  owner: 'owner',
  minLevel: 'info',
  maxResults: 500,
  writesPerMinute: 60,
};

function active(more: Partial<Finding> = {}, name = 'web'): ActiveFinding {
  return { finding: finding(`shop/${name}`, more), since: SINCE };
}

function build(findings: readonly ActiveFinding[], settings: Partial<ReportSettings> = {}, names = 'full' as const) {
  return buildReport({ namespace: 'shop', findings, owner: OWNER, names }, { ...SETTINGS, ...settings });
}

const resultsOf = (report: ApiObject) => report['results'] as readonly ReportResult[];

test('a finding becomes a result with its Service, its rule and the time at which it was first seen', () => {
  const nodes = ['n1', 'n2'];
  const fix = { description: 'set internalTrafficPolicy: Cluster', edits: [] };
  const { report, leftOut } = build([active({ nodes, zones: ['zone-a'], fix, path: 'spec.internalTrafficPolicy' })]);
  expect(leftOut).toBe(0);
  expect(report).toEqual({
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'Report',
    metadata: {
      namespace: 'shop',
      name: 'zonewise',
      labels: { 'app.kubernetes.io/name': 'zonewise', 'app.kubernetes.io/managed-by': 'zonewise' },
      ownerReferences: [OWNER],
    },
    source: 'zonewise',
    configuration: { limits: { maxResults: 500 } },
    summary: { pass: 0, fail: 0, warn: 1, error: 0, skip: 0 },
    results: [
      {
        source: 'zonewise',
        policy: 'some-rule',
        rule: 'some-rule',
        category: 'Service traffic',
        severity: 'medium',
        result: 'warn',
        scored: false,
        message: 'something [some-rule]',
        timestamp: { seconds: Math.floor(SINCE / 1000), nanos: 0 },
        resources: [{ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' }],
        properties: {
          level: 'warn',
          path: 'spec.internalTrafficPolicy',
          nodeCount: '2',
          nodes: 'n1, n2',
          zones: 'zone-a',
          fix: 'set internalTrafficPolicy: Cluster',
        },
      },
    ],
  });
});

test('a PolicyReport has no fields that only a Report has', () => {
  const { report } = build([active()], { kind: 'PolicyReport' });
  expect(Object.keys(report)).toEqual(['apiVersion', 'kind', 'metadata', 'summary', 'results']);
  expect(report).toMatchObject({ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport' });
});

test('deny fails and is scored, warn and info warn with their own severity, the highest level first', () => {
  const { report } = build([active({ level: 'info' }), active({ level: 'deny' }), active({ level: 'warn' })]);
  expect(resultsOf(report).map(({ result, severity, scored }) => [result, severity, scored])).toEqual([
    ['fail', 'high', true],
    ['warn', 'medium', false],
    ['warn', 'info', false],
  ]);
  expect(report['summary']).toEqual({ pass: 0, fail: 1, warn: 2, error: 0, skip: 0 });
});

test('the names of nodes are limited, and absent if only counts are shown', () => {
  const nodes = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const properties = (names: 'full' | 'counts-only') =>
    resultsOf(buildReport({ namespace: 'shop', findings: [active({ nodes })], owner: null, names }, SETTINGS).report)[0]
      ?.properties;
  expect(properties('full')).toMatchObject({
    nodeCount: '12',
    nodes: 'n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more',
  });
  expect(properties('counts-only')).toEqual({ level: 'warn', path: 'spec', nodeCount: '12' });
});

test('a result carries the address of the page of its rule', () => {
  const url = 'https://docs.example.com/rules/some-rule.md';
  const [result] = resultsOf(build([active({ url })]).report);
  expect(result?.properties).toMatchObject({ url });
});

test('findings above the limit are counted in the last result, and in the summary', () => {
  const findings = [
    ...Array.from({ length: 9 }, (_, index) => active({ level: 'warn' }, `w${index}`)),
    ...Array.from({ length: 5 }, (_, index) => active({ level: 'info' }, `i${index}`)),
  ];
  const { report, leftOut } = build(findings, { maxResults: 10 });
  expect(leftOut).toBe(5);
  expect(resultsOf(report)).toHaveLength(10);
  expect(report['summary']).toEqual({ pass: 0, fail: 0, warn: 14, error: 0, skip: 1 });
  expect(resultsOf(report).at(-1)).toMatchObject({
    policy: 'findings-left-out',
    result: 'skip',
    message: '5 more findings (5 info) than this report has room for; zonewise audit --live lists all',
    resources: [{ kind: 'Namespace', name: 'shop' }],
    properties: { leftOut: '5', 'leftOut.info': '5' },
  });
  expect(resultsOf(build(findings.slice(0, 10), { maxResults: 10 }).report)).toHaveLength(10);
  expect(build(findings.slice(0, 10), { maxResults: 10 }).leftOut).toBe(0);
});

test('a report of the longest findings stays far below what etcd accepts', () => {
  const long = 'я'.repeat(250);
  const names = Array.from({ length: 5_000 }, (_, index) => `${index}-${'n'.repeat(240)}`);
  const worst = active({
    message: long,
    path: long,
    nodes: names,
    zones: names,
    fix: { description: long, edits: [] },
  });
  const { report, leftOut } = build(Array<ActiveFinding>(5_000).fill(worst), { maxResults: 1000 });
  const bytes = Buffer.byteLength(JSON.stringify(report));
  expect(bytes).toBeLessThan(MAX_REPORT_BYTES + 4_096);
  expect(bytes).toBeGreaterThan(MAX_REPORT_BYTES / 2);
  expect(leftOut).toBe(5_000 - resultsOf(report).length + 1);
});

test('a stored report is up to date with the labels of others, and not with other owners or fields', () => {
  const { report } = build([active()]);
  const metadata = { ...(report['metadata'] as object), uid: 'u', resourceVersion: '7' };
  const stored = {
    ...report,
    metadata: { ...metadata, labels: { team: 'a', ...(report['metadata'] as { labels: object }).labels } },
  };
  expect(isUpToDate(stored, report)).toBe(true);
  expect(isUpToDate({ ...stored, scope: { kind: 'Namespace' } }, report)).toBe(false);
  expect(isUpToDate({ ...stored, metadata: { ...stored.metadata, ownerReferences: [] } }, report)).toBe(false);
  expect(isUpToDate({ ...stored, metadata: { ...stored.metadata, labels: {} } }, report)).toBe(false);
  expect(isUpToDate(stored, build([active({ message: 'other' })]).report)).toBe(false);
  expect(mergeReport({ ...stored, scope: {} }, report)).toEqual(stored);
});
