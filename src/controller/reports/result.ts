import type { NameStyle } from '../../engine/message.ts';
import type { Finding, Level } from '../../model/finding.ts';
import { firstNames } from '../../model/first-names.ts';
import { MAX_NAMES } from '../findings/same-finding.ts';
import type { ActiveFinding } from '../findings/store.ts';

/** The value of `source`. Report viewers group results by it. */
export const SOURCE = 'zonewise';
export const CATEGORY = 'Service traffic';

const MAX_FIX_CHARS = 300;

/** An entry of `results`; both kinds of report have the same fields. */
export interface ReportResult {
  readonly source: string;
  readonly policy: string;
  readonly rule: string;
  readonly category: string;
  readonly severity: 'high' | 'medium' | 'low' | 'info';
  readonly result: 'fail' | 'warn' | 'skip';
  readonly scored: boolean;
  readonly message: string;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
  readonly resources: readonly Readonly<Record<string, string>>[];
  readonly properties: Readonly<Record<string, string>>;
}

type Outcome = Pick<ReportResult, 'result' | 'severity' | 'scored'>;

/**
 * The API defines `warn` as a violated policy that is not scored. There is no result for information: `pass` would deny
 * the finding and `skip` the evaluation, so an info is a `warn` of severity info.
 */
export function outcomeOf(level: Level): Outcome {
  switch (level) {
    case 'deny':
      return { result: 'fail', severity: 'high', scored: true };
    case 'warn':
      return { result: 'warn', severity: 'medium', scored: false };
    // No finding has level off.
    case 'off':
    case 'info':
      return { result: 'warn', severity: 'info', scored: false };
    default:
      return level satisfies never;
  }
}

export function toResult({ finding, since }: ActiveFinding, names: NameStyle): ReportResult {
  const { rule, message, object } = finding;
  return {
    source: SOURCE,
    policy: rule,
    rule,
    category: CATEGORY,
    ...outcomeOf(finding.level),
    message,
    timestamp: timestamp(since),
    resources: [{ apiVersion: 'v1', kind: object.kind, namespace: object.namespace, name: object.name }],
    properties: propertiesOf(finding, names),
  };
}

export function timestamp(millis: number): ReportResult['timestamp'] {
  return { seconds: Math.floor(millis / 1000), nanos: 0 };
}

function propertiesOf(finding: Finding, names: NameStyle): Readonly<Record<string, string>> {
  const { level, path, nodes, zones, fix, url } = finding;
  return {
    level,
    path,
    ...(nodes.length > 0 && { nodeCount: String(nodes.length) }),
    ...(nodes.length > 0 && names === 'full' && { nodes: firstNames(nodes, MAX_NAMES) }),
    ...(zones.length > 0 && { zones: firstNames(zones, MAX_NAMES) }),
    ...(fix && { fix: fix.description.slice(0, MAX_FIX_CHARS) }),
    ...(url !== null && { url }),
  };
}
