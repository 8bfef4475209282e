import type { Level } from '../../model/finding.ts';
import type { ReportKind } from './report-kind.ts';

export interface ReportSettings {
  readonly kind: ReportKind;
  /** Name of the report in every namespace. */
  readonly name: string;
  /** ClusterRole that owns the reports, so that the garbage collector deletes them with it; `''` for none. */
  readonly owner: string;
  /** Lowest level that is written. */
  readonly minLevel: Level;
  /** Upper bound of the results of one report. */
  readonly maxResults: number;
  readonly writesPerMinute: number;
}
