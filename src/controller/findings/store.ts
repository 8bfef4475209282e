import type { Finding } from '../../model/finding.ts';

export interface ActiveFinding {
  readonly finding: Finding;
  /** When the finding was first seen, in milliseconds since the epoch. */
  readonly since: number;
}

export interface FindingsFilter {
  readonly namespace?: string | undefined;
  readonly rule?: string | undefined;
  readonly level?: string | undefined;
}

/** The end of a page: the Service, and how many of its findings were returned. */
export interface PageCursor {
  readonly key: string;
  readonly count: number;
}

export interface FindingsPage {
  readonly items: readonly ActiveFinding[];
  /** Null on the last page. */
  readonly end: PageCursor | null;
}

/** The current findings of each Service, of every level. */
export class FindingsStore {
  readonly #byService = new Map<string, readonly ActiveFinding[]>();
  #keys: readonly string[] | null = null;

  /** Replaces the findings of a Service; a finding that persists keeps its `since`. */
  set(key: string, findings: readonly Finding[], now: number): void {
    if (findings.length === 0) {
      this.delete(key);
      return;
    }
    const before = this.#byService.get(key) ?? [];
    if (before.length === 0) this.#keys = null;
    const active = findings.map(finding => ({
      finding,
      since: before.find(old => old.finding.rule === finding.rule && old.finding.path === finding.path)?.since ?? now,
    }));
    this.#byService.set(key, active);
  }

  delete(key: string): void {
    if (this.#byService.delete(key)) this.#keys = null;
  }

  clear(): void {
    this.#byService.clear();
    this.#keys = null;
  }

  /** The number of findings by rule and level. */
  counts(): readonly { readonly rule: string; readonly level: string; readonly count: number }[] {
    const counts = new Map<string, { rule: string; level: string; count: number }>();
    for (const active of this.#byService.values()) {
      for (const { finding } of active) {
        const { rule, level } = finding;
        const entry = counts.get(`${rule} ${level}`) ?? { rule, level, count: 0 };
        entry.count++;
        counts.set(`${rule} ${level}`, entry);
      }
    }
    return [...counts.values()];
  }

  /** Ordered by namespace and name of the Service; within a Service in the order of the evaluation. */
  page(filter: FindingsFilter, limit: number, after: PageCursor | null): FindingsPage {
    const items: ActiveFinding[] = [];
    let end: PageCursor | null = null;
    for (const key of this.#ordered()) {
      if (after && key < after.key) continue;
      const skip = after?.key === key ? after.count : 0;
      for (const [index, active] of (this.#byService.get(key) ?? []).entries()) {
        if (index < skip || !passes(active.finding, filter)) continue;
        if (items.length === limit) return { items, end };
        items.push(active);
        end = { key, count: index + 1 };
      }
    }
    return { items, end: null };
  }

  #ordered(): readonly string[] {
    this.#keys ??= [...this.#byService.keys()].sort();
    return this.#keys;
  }
}

function passes({ object, rule, level }: Finding, filter: FindingsFilter): boolean {
  if (filter.namespace !== undefined && filter.namespace !== object.namespace) return false;
  if (filter.rule !== undefined && filter.rule !== rule) return false;
  return filter.level === undefined || filter.level === level;
}
