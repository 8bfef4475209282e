import type { Registry } from 'prom-client';
import { metricFactory } from '../../runtime/metric-factory.ts';
import type { Reconciled } from './reconciler.ts';

export type WriteOutcome = Exclude<Reconciled, 'unchanged' | 'over-limit'> | 'conflict' | 'refused';

export interface ReportState {
  /** Reports in the cluster. */
  readonly stored: number;
  /** Namespaces whose report waits to be compared or written. */
  readonly pending: number;
  /** Findings left out of the reports by their bounds. */
  readonly leftOut: number;
  /** False while no report can be written, for example without the CustomResourceDefinition. */
  readonly available: boolean;
}

export interface ReportMetrics {
  recordWrite(outcome: WriteOutcome): void;
  setState(state: ReportState): void;
  /** Removes all values, because nothing is known any more. */
  clear(): void;
}

export function createReportMetrics(registry: Registry): ReportMetrics {
  const make = metricFactory(registry);
  const stored = make.gauge('reports_stored', 'Reports in the cluster, one per namespace with a finding.');
  const pending = make.gauge('reports_pending', 'Namespaces whose report is not known to be up to date.');
  const leftOut = make.gauge('reports_findings_left_out', 'Findings for which the reports have no room.');
  const available = make.gauge('reports_available', '1 if reports can be written.');
  const writes = make.counter('reports_writes_total', 'Writes of reports, by outcome.', ['outcome']);
  const clear = () => {
    for (const one of [stored, pending, leftOut, available]) one.remove();
  };
  clear();
  return {
    recordWrite: outcome => writes.inc({ outcome }),
    setState(state) {
      stored.set(state.stored);
      pending.set(state.pending);
      leftOut.set(state.leftOut);
      available.set(state.available ? 1 : 0);
    },
    clear,
  };
}
