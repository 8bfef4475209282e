import { NAME } from './object-name.ts';

/** The reports that the audit writes into namespaces with a finding. */
export interface ReportsConfig {
  readonly kind: 'none' | 'Report' | 'PolicyReport';
  /** Lowest level that is written. */
  readonly minLevel: 'info' | 'warn' | 'deny';
  readonly maxResults: number;
  readonly writesPerMinute: number;
  /** Name of the report in every namespace. */
  readonly name: string;
  /** ClusterRole with which the reports are deleted; `''` for none. */
  readonly owner: string;
}

export const DEFAULT_REPORTS: ReportsConfig = {
  kind: 'none',
  minLevel: 'info',
  maxResults: 500,
  writesPerMinute: 60,
  name: 'zonewise',
  owner: '',
};

/** Schema of an integer within a range. */
function integerSchema(minimum: number, maximum: number) {
  return { type: 'integer', minimum, maximum, 'x-expected': `a number from ${minimum} to ${maximum}` };
}

/** Schema of `audit.reports`. */
export const REPORTS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  description: 'One report object per namespace with a finding, for viewers of policy reports.',
  properties: {
    kind: {
      enum: ['none', 'Report', 'PolicyReport'],
      default: DEFAULT_REPORTS.kind,
      description:
        'Report of openreports.io/v1alpha1, or PolicyReport of wgpolicyk8s.io/v1alpha2; none writes nothing.',
    },
    minLevel: {
      enum: ['info', 'warn', 'deny'],
      default: DEFAULT_REPORTS.minLevel,
      description: 'Lowest level that is written.',
    },
    maxResults: {
      ...integerSchema(10, 1000),
      default: DEFAULT_REPORTS.maxResults,
      description: 'Findings that one report lists; the rest is counted in it.',
    },
    writesPerMinute: {
      ...integerSchema(1, 600),
      default: DEFAULT_REPORTS.writesPerMinute,
      description: 'Reports that are written per minute; the others wait.',
    },
    name: { ...NAME, default: DEFAULT_REPORTS.name, description: 'Name of the report in every namespace.' },
    owner: {
      type: 'string',
      pattern: `^$|${NAME.pattern}`,
      'x-expected': 'the name of a ClusterRole, or empty',
      default: DEFAULT_REPORTS.owner,
      description: 'ClusterRole that owns the reports: they are deleted with it. The chart sets it.',
    },
  },
};
