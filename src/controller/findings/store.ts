import type { Finding } from '../../model/finding.ts';
import { namespaceOf, objectKey } from '../../model/object-key.ts';
import { sameFinding } from './same-finding.ts';

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
  readonly #onChange: ((key: string) => void) | undefined;
  #keys: readonly string[] | null = null;

  /** `onChange` is called with the Service whose findings differ from those before. */
  constructor(onChange?: (key: string) => void) {
    this.#onChange = onChange;
  }

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
    if (this.#onChange && !sameFindings(before, active)) this.#onChange(key);
  }

  delete(key: string): void {
    if (!this.#byService.delete(key)) return;
    this.#keys = null;
    this.#onChange?.(key);
  }

  /** Namespaces with a finding. */
  namespaces(): ReadonlySet<string> {
    return new Set([...this.#byService.keys()].map(namespaceOf));
  }

  /** All findings of a namespace, by name of the Service. */
  inNamespace(namespace: string): readonly ActiveFinding[] {
    const prefix = `${namespace}/`;
    const keys = this.#ordered();
    const found: ActiveFinding[] = [];
    for (let index = firstFrom(keys, prefix); keys[index]?.startsWith(prefix); index++) {
      found.push(...(this.#byService.get(keys[index] ?? '') ?? []));
    }
    return found;
  }

  /** Sets an earlier time at which a finding was first seen, known from an earlier leader. */
  backdate(active: ActiveFinding, since: number): void {
    const { object } = active.finding;
    const key = objectKey(object.namespace, object.name);
    const others = this.#byService.get(key) ?? [];
    if (!others.includes(active) || active.since <= since) return;
    this.#byService.set(
      key,
      others.map(other => (other === active ? { ...active, since } : other)),
    );
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

function sameFindings(before: readonly ActiveFinding[], after: readonly ActiveFinding[]): boolean {
  return before.length === after.length && before.every(({ finding }, at) => sameFinding(finding, after[at]?.finding));
}

/** Index of the first key that is not before `prefix` in the sorted list. */
function firstFrom(keys: readonly string[], prefix: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

function passes({ object, rule, level }: Finding, filter: FindingsFilter): boolean {
  if (filter.namespace !== undefined && filter.namespace !== object.namespace) return false;
  if (filter.rule !== undefined && filter.rule !== rule) return false;
  return filter.level === undefined || filter.level === level;
}
