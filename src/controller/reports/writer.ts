import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { runPollLoop } from '../../runtime/poll-loop.ts';
import { DueReports } from './due-reports.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import type { ReportMetrics } from './metrics.ts';
import type { ObsoleteReports } from './obsolete.ts';
import type { ReportPlanner } from './planner.ts';
import { type ReconcilerOptions, ReportReconciler } from './reconciler.ts';
import { WriteBudget } from './write-budget.ts';

/** Interval of the lists that find reports edited or deleted by others. */
const INVENTORY_INTERVAL_MS = 600_000;
/** Interval of the attempts while reports cannot be written. */
const UNAVAILABLE_RETRY_MS = 60_000;

export interface ReportWriterOptions extends ReconcilerOptions {
  readonly planner: ReportPlanner;
  readonly obsolete: ObsoleteReports;
  /** False until every Service has been evaluated once: a report would be incomplete. */
  readonly isComplete: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ReportMetrics;
}

/** Writes one report per namespace and keeps it equal to the audit's findings. It stores only the reports. */
export class ReportWriter {
  readonly #options: ReportWriterOptions;
  readonly #reconciler: ReportReconciler;
  readonly #budget: WriteBudget;
  readonly #due: DueReports;
  #inventoryAt = Number.NEGATIVE_INFINITY;
  /** Why reports cannot be written; `''` if they can, null before the first inventory. */
  #obstacle: string | null = null;

  constructor(options: ReportWriterOptions) {
    const { clock, settings } = options;
    this.#options = options;
    this.#reconciler = new ReportReconciler(options);
    this.#budget = new WriteBudget(clock, settings.writesPerMinute);
    this.#due = new DueReports({ ...options, reconciler: this.#reconciler, budget: this.#budget });
  }

  /** Runs until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, metrics } = this.#options;
    const tick = () => this.#tick(signal);
    await runPollLoop({ clock, log, tick, failure: 'writing reports failed' }, signal);
    metrics.clear();
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const { planner, clock, metrics, isComplete, settings, store } = this.#options;
    if (!isComplete()) return;
    if (clock.monotonicMs() >= this.#inventoryAt) this.#compare(await takeInventory(store, settings, signal));
    if (this.#obstacle === '') await this.#write(signal);
    metrics.setState({
      stored: this.#reconciler.namespaces.length,
      pending: planner.size,
      leftOut: this.#reconciler.leftOut,
      available: this.#obstacle === '',
    });
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { obsolete, metrics, clock } = this.#options;
    const removed = await obsolete.removeSome(this.#budget, signal);
    for (let count = 0; count < removed; count++) metrics.recordWrite('deleted');
    const allFound = await this.#due.write(signal);
    // An inventory shows whether the kind of report still exists.
    if (!allFound) this.#inventoryAt = Math.min(this.#inventoryAt, clock.monotonicMs() + UNAVAILABLE_RETRY_MS);
  }

  /** Plans every report that differs from what this process has last read or written. */
  #compare(inventory: Inventory): void {
    const { planner, clock, findings } = this.#options;
    const now = clock.monotonicMs();
    const available = inventory.kind === 'available';
    this.#inventoryAt = now + (available ? INVENTORY_INTERVAL_MS : UNAVAILABLE_RETRY_MS);
    this.#due.forgetLogged();
    if (this.#obstacle === null) for (const namespace of findings.namespaces()) planner.check(namespace, now);
    this.#setObstacle(available ? '' : inventory.reason);
    if (!available) return;
    const { owner, versions } = inventory;
    const otherOwner = owner?.uid !== this.#reconciler.owner?.uid;
    this.#reconciler.owner = owner;
    for (const namespace of new Set([...versions.keys(), ...this.#reconciler.namespaces])) {
      const version = versions.get(namespace) ?? null;
      if (otherOwner || !this.#reconciler.isKnown(namespace, version)) planner.check(namespace, now);
    }
  }

  /** Logs a change once. */
  #setObstacle(reason: string): void {
    const { log, settings } = this.#options;
    const before = this.#obstacle ?? '';
    this.#obstacle = reason;
    if (reason === before) return;
    if (reason === '') log('info', 'reports are written again', { kind: settings.kind });
    else log('warn', 'reports are not written', { kind: settings.kind, reason });
  }
}
