/** How long findings must stay unchanged, so that the states of a rollout are not written. */
const STABILIZATION_MS = 10_000;
/** Upper bound of the delay of findings that change all the time. */
const MAX_DELAY_MS = 60_000;

interface Pending {
  /** When the first change that is not written yet was seen. */
  readonly since: number;
  readonly dueAt: number;
  /** Not before this time, after a rejected write. */
  readonly retryAt: number;
}

/** Decides which namespaces' reports must be compared with their findings. Times are of the monotonic clock. */
export class ReportPlanner {
  readonly #pending = new Map<string, Pending>();

  /** Findings of the namespace have changed. */
  change(namespace: string, now: number): void {
    const { since = now, retryAt = 0 } = this.#pending.get(namespace) ?? {};
    const dueAt = Math.min(now + STABILIZATION_MS, since + MAX_DELAY_MS);
    this.#pending.set(namespace, { since, dueAt, retryAt });
  }

  /** The report in the cluster may differ from the findings. */
  check(namespace: string, now: number): void {
    const { since = now, retryAt = 0 } = this.#pending.get(namespace) ?? {};
    this.#pending.set(namespace, { since, dueAt: now, retryAt });
  }

  /** The write was rejected and is not repeated before this delay. */
  retry(namespace: string, now: number, delayMs: number): void {
    const { since = now, dueAt = now } = this.#pending.get(namespace) ?? {};
    this.#pending.set(namespace, { since, dueAt, retryAt: now + delayMs });
  }

  /** The namespaces that are due, those that wait longest first, so that none waits forever. */
  due(now: number): readonly string[] {
    const due = [...this.#pending].filter(([, { dueAt, retryAt }]) => Math.max(dueAt, retryAt) <= now);
    return due.toSorted(([, a], [, b]) => a.since - b.since).map(([namespace]) => namespace);
  }

  /** The report is being compared now; later changes are new ones. */
  take(namespace: string): void {
    this.#pending.delete(namespace);
  }

  /** Namespaces whose report is not up to date, or not known to be. */
  get size(): number {
    return this.#pending.size;
  }
}
