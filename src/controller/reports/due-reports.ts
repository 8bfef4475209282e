import type { ApiStatusError } from '../../kube/client/errors.ts';
import { isConflict, isNotFound, isRejection } from '../../kube/writer/api-writer.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ReportMetrics } from './metrics.ts';
import type { ReportPlanner } from './planner.ts';
import type { Reconciled, ReportReconciler } from './reconciler.ts';
import type { WriteBudget } from './write-budget.ts';

/** Upper bound of the reports that one step reads; fewer are written. */
const MAX_BATCH_SIZE = 20;
const CONFLICT_RETRY_MS = 5_000;
const REFUSED_RETRY_MS = 300_000;
/** Above the limit of reports. */
const NO_ROOM_RETRY_MS = 600_000;

export interface DueReportsOptions {
  readonly planner: ReportPlanner;
  readonly reconciler: ReportReconciler;
  readonly budget: WriteBudget;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ReportMetrics;
}

/** Writes the reports that are due, and plans those again that were rejected. */
export class DueReports {
  readonly #options: DueReportsOptions;
  /** Rejections that were logged since the last inventory. */
  readonly #logged = new Set<string>();

  constructor(options: DueReportsOptions) {
    this.#options = options;
  }

  forgetLogged(): void {
    this.#logged.clear();
  }

  /** Throws transient errors. Returns false if the cluster does not know a namespace, or the kind of report any more. */
  async write(signal: AbortSignal): Promise<boolean> {
    const { planner, clock, budget, reconciler } = this.#options;
    let allFound = true;
    for (const namespace of planner.due(clock.monotonicMs()).slice(0, MAX_BATCH_SIZE)) {
      if (signal.aborted || !budget.open) break;
      planner.take(namespace);
      try {
        this.#onReconciled(namespace, await reconciler.reconcile(namespace, signal));
      } catch (error) {
        budget.spend();
        planner.check(namespace, clock.monotonicMs());
        if (!isRejection(error)) throw error;
        this.#onRejected(namespace, error);
        allFound &&= !isNotFound(error);
      }
    }
    return allFound;
  }

  #onReconciled(namespace: string, result: Reconciled): void {
    const { planner, clock, budget, metrics } = this.#options;
    switch (result) {
      case 'unchanged':
        break;
      case 'over-limit':
        planner.retry(namespace, clock.monotonicMs(), NO_ROOM_RETRY_MS);
        break;
      case 'created':
      case 'updated':
      case 'deleted':
        budget.spend();
        metrics.recordWrite(result);
        break;
      default:
        result satisfies never;
    }
  }

  /** A rejection concerns this namespace only: the namespace may be terminating, or another client may have written. */
  #onRejected(namespace: string, error: ApiStatusError): void {
    const { planner, clock, log, metrics } = this.#options;
    const conflict = isConflict(error);
    metrics.recordWrite(conflict ? 'conflict' : 'refused');
    planner.retry(namespace, clock.monotonicMs(), conflict ? CONFLICT_RETRY_MS : REFUSED_RETRY_MS);
    const kind = `${error.status} ${error.reason}`;
    if (conflict || this.#logged.has(kind)) return;
    this.#logged.add(kind);
    log('warn', 'report rejected', { namespace, error: errorMessageWithCause(error) });
  }
}
