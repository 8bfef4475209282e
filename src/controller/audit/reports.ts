import type { Policy } from '../../engine/policy.ts';
import type { CollectionApi } from '../../kube/writer/api-writer.ts';
import { namespaceOf } from '../../model/object-key.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { FindingsStore } from '../findings/store.ts';
import type { ReportMetrics } from '../reports/metrics.ts';
import { ObsoleteReports } from '../reports/obsolete.ts';
import type { ReportPlanner } from '../reports/planner.ts';
import { ReportStore } from '../reports/report-store.ts';
import type { ReportSettings } from '../reports/settings.ts';
import { ReportWriter } from '../reports/writer.ts';

export interface ReportOptions {
  /** Null if no reports are written. */
  readonly reports: ReportSettings | null;
  readonly store: CollectionApi;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly log: Log;
  readonly reportMetrics: ReportMetrics;
}

export interface ReportInputs {
  readonly findings: FindingsStore;
  readonly planner: ReportPlanner;
  readonly isComplete: () => boolean;
}

/** Null if no reports are configured. */
export function createReportWriter(
  inputs: ReportInputs,
  { reports: settings, store, policy, clock, log, reportMetrics: metrics }: ReportOptions,
): ReportWriter | null {
  if (settings === null) return null;
  return new ReportWriter({
    ...inputs,
    settings,
    store: new ReportStore(store, settings),
    obsolete: new ObsoleteReports(store, settings),
    names: () => policy().names,
    clock,
    log,
    metrics,
  });
}

/** Plans the report of the namespace whose findings have changed. */
export function reportOnChange(planner: ReportPlanner, clock: Clock): (key: string) => void {
  return key => planner.change(namespaceOf(key), clock.monotonicMs());
}
