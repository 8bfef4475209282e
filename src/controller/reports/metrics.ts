import { Counter, Gauge, type Registry } from 'prom-client';
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
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `zonewise_reports_${name}`, help, registers });
  const stored = gauge('stored', 'Reports in the cluster, one per namespace with a finding.');
  const pending = gauge('pending', 'Namespaces whose report is not known to be up to date.');
  const leftOut = gauge('findings_left_out', 'Findings for which the reports have no room.');
  const available = gauge('available', '1 if reports can be written.');
  const writes = new Counter({
    name: 'zonewise_reports_writes_total',
    help: 'Writes of reports, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
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
