import type { NameStyle } from '../../engine/message.ts';
import { type ApiObject, resourceVersionOf } from '../../kube/writer/api-writer.ts';
import { compareLevels } from '../../model/finding.ts';
import type { ActiveFinding } from '../findings/store.ts';
import { earlierTimes } from './earlier-report.ts';
import { buildReport, isUpToDate, mergeReport, type OwnerReference } from './report.ts';
import type { ReportStore } from './report-store.ts';
import type { ReportSettings } from './settings.ts';

/** Namespaces with a report. The state of each takes some 300 bytes, so all take at most 1.5 MiB. */
export const MAX_REPORTS = 5_000;

/** The findings of the audit; FindingsStore implements it. */
export interface FindingsSource {
  namespaces(): ReadonlySet<string>;
  inNamespace(namespace: string): readonly ActiveFinding[];
  backdate(active: ActiveFinding, since: number): void;
}

export interface ReconcilerOptions {
  readonly store: ReportStore;
  readonly findings: FindingsSource;
  readonly settings: ReportSettings;
  /** Read again for every report. */
  readonly names: () => NameStyle;
}

export type Reconciled = 'unchanged' | 'created' | 'updated' | 'deleted' | 'over-limit';

interface KnownReport {
  readonly resourceVersion: string;
  readonly leftOut: number;
}

/** Makes one namespace's report agree with its findings. */
export class ReportReconciler {
  readonly #options: ReconcilerOptions;
  /** The reports as last read or written in this leader term. */
  readonly #known = new Map<string, KnownReport>();
  owner: OwnerReference | null = null;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Throws ApiStatusError (409: another client has written), or the network's error. */
  async reconcile(namespace: string, signal: AbortSignal): Promise<Reconciled> {
    const { store, settings, names } = this.#options;
    const stored = await store.read(namespace, signal);
    if (stored && !this.#known.has(namespace)) this.#adoptTimes(namespace, stored);
    const findings = this.#findingsOf(namespace);
    if (findings.length === 0) return this.#remove(namespace, stored, signal);
    if (!stored && !this.#known.has(namespace) && this.#known.size >= MAX_REPORTS) return 'over-limit';
    const { report, leftOut } = buildReport({ namespace, findings, owner: this.owner, names: names() }, settings);
    if (stored && isUpToDate(stored, report)) {
      this.#keep(namespace, stored, leftOut);
      return 'unchanged';
    }
    const written = stored
      ? await store.replace(namespace, mergeReport(stored, report), signal)
      : await store.create(namespace, report, signal);
    this.#keep(namespace, written, leftOut);
    return stored ? 'updated' : 'created';
  }

  /** Whether the report of the namespace has this resourceVersion; `null`: whether it does not exist. */
  isKnown(namespace: string, resourceVersion: string | null): boolean {
    return (this.#known.get(namespace)?.resourceVersion ?? null) === resourceVersion;
  }

  /** Namespaces that had a report when it was last read or written. */
  get namespaces(): readonly string[] {
    return [...this.#known.keys()];
  }

  get leftOut(): number {
    return [...this.#known.values()].reduce((sum, { leftOut }) => sum + leftOut, 0);
  }

  /** The times are read once per leader term: later ones could come from an edit. */
  #adoptTimes(namespace: string, stored: ApiObject): void {
    const { findings } = this.#options;
    const times = earlierTimes(stored, findings.inNamespace(namespace));
    for (const [active, since] of times) findings.backdate(active, since);
  }

  #findingsOf(namespace: string): readonly ActiveFinding[] {
    const { findings, settings } = this.#options;
    return findings
      .inNamespace(namespace)
      .filter(({ finding }) => compareLevels(finding.level, settings.minLevel) >= 0);
  }

  async #remove(namespace: string, stored: ApiObject | null, signal: AbortSignal): Promise<Reconciled> {
    if (stored) await this.#options.store.remove(namespace, signal);
    this.#known.delete(namespace);
    return stored ? 'deleted' : 'unchanged';
  }

  #keep(namespace: string, object: ApiObject, leftOut: number): void {
    this.#known.set(namespace, { resourceVersion: resourceVersionOf(object), leftOut });
  }
}
