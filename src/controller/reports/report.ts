import { isDeepStrictEqual } from 'node:util';
import type { NameStyle } from '../../engine/message.ts';
import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { compareLevels } from '../../model/finding.ts';
import { asObject } from '../../model/raw.ts';
import type { ActiveFinding } from '../findings/store.ts';
import { leftOutResult } from './left-out.ts';
import { REPORT_RESOURCES } from './report-kind.ts';
import { outcomeOf, type ReportResult, SOURCE, toResult } from './result.ts';
import type { ReportSettings } from './settings.ts';

/** Upper bound of the results of one report as JSON; etcd accepts 1.5 MiB per object. */
export const MAX_REPORT_BYTES = 512 * 1024;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface ReportInput {
  readonly namespace: string;
  /** At least one. */
  readonly findings: readonly ActiveFinding[];
  readonly owner: OwnerReference | null;
  readonly names: NameStyle;
}

export interface BuiltReport {
  readonly report: ApiObject;
  /** Findings that the bounds left out. */
  readonly leftOut: number;
}

/**
 * Builds the report of one namespace: the highest levels first, as many as the bounds permit. It has no `scope`, because
 * viewers show the kind of the scope in place of the Services.
 */
export function buildReport(input: ReportInput, settings: ReportSettings): BuiltReport {
  const ordered = input.findings.toSorted((a, b) => compareLevels(b.finding.level, a.finding.level));
  const results = boundedResults(ordered, input.names, settings.maxResults);
  const rest = ordered.slice(results.length);
  const all = rest.length === 0 ? results : [...results, leftOutResult(rest, input.namespace)];
  const own =
    settings.kind === 'Report'
      ? { source: SOURCE, configuration: { limits: { maxResults: settings.maxResults } } }
      : {};
  const report = {
    apiVersion: REPORT_RESOURCES[settings.kind].apiVersion,
    kind: settings.kind,
    metadata: {
      namespace: input.namespace,
      name: settings.name,
      labels: { 'app.kubernetes.io/name': 'zonewise', 'app.kubernetes.io/managed-by': 'zonewise' },
      ...(input.owner && { ownerReferences: [input.owner] }),
    },
    ...own,
    summary: summaryOf(ordered, rest.length > 0 ? 1 : 0),
    results: all,
  };
  return { report, leftOut: rest.length };
}

/** One entry is reserved for the count of those left out. */
function boundedResults(findings: readonly ActiveFinding[], names: NameStyle, most: number): readonly ReportResult[] {
  const results: ReportResult[] = [];
  let bytes = 0;
  for (const active of findings) {
    const result = toResult(active, names);
    bytes += Buffer.byteLength(JSON.stringify(result));
    const isLast = results.length === findings.length - 1;
    if (bytes > MAX_REPORT_BYTES || results.length >= (isLast ? most : most - 1)) break;
    results.push(result);
  }
  return results;
}

/** Counts all findings, also those left out: the summary is what `kubectl get` shows. */
function summaryOf(findings: readonly ActiveFinding[], skip: number): Readonly<Record<string, number>> {
  const summary = { pass: 0, fail: 0, warn: 0, error: 0, skip };
  for (const { finding } of findings) summary[outcomeOf(finding.level).result]++;
  return summary;
}

/** The report to store in place of a stored one. Labels and annotations of others stay. */
export function mergeReport(stored: ApiObject, report: ApiObject): ApiObject {
  const before = asObject(stored.metadata);
  const after = asObject(report.metadata);
  const labels = { ...asObject(before.labels), ...asObject(after.labels) };
  return { ...report, metadata: { ...before, labels, ownerReferences: after.ownerReferences ?? [] } };
}

/** True if storing the report would change nothing that belongs to it. */
export function isUpToDate(stored: ApiObject, report: ApiObject): boolean {
  const wanted = mergeReport(stored, report);
  return isDeepStrictEqual(withoutEmptyOwners(stored), withoutEmptyOwners(wanted));
}

function withoutEmptyOwners(object: ApiObject): unknown {
  const { ownerReferences = [], ...metadata } = asObject(object.metadata);
  return { ...object, metadata: { ...metadata, ownerReferences } };
}
