import type { Overview, PageSource } from '../../api.ts';
import type { IndexedRow, LevelChoice } from './filter.ts';
import { indexRow } from './filter.ts';

export interface Facets {
  readonly namespaces: readonly (readonly [name: string, services: number])[];
  readonly rules: readonly (readonly [id: string, services: number])[];
  readonly levels: Readonly<Record<LevelChoice, number>>;
  readonly losing: number;
  /** Mean in-zone share; `null` if no Service has a known one. */
  readonly inZone: number | null;
}

/** The overview, prepared for filtering. */
export interface PreparedOverview {
  readonly revision: number;
  readonly complete: boolean;
  readonly source: PageSource;
  readonly rows: readonly IndexedRow[];
  /** The choices of the filters, with the number of Services of each. */
  readonly facets: Facets;
}

/** Rows prepared per time slice, so that the page stays responsive to input. */
const ROWS_PER_SLICE = 1_000;

export async function prepareOverview(overview: Overview, pause: () => Promise<void>): Promise<PreparedOverview> {
  const rows: IndexedRow[] = [];
  const counts = new Counts();
  for (let i = 0; i < overview.services.length; i += ROWS_PER_SLICE) {
    await pause();
    for (const service of overview.services.slice(i, i + ROWS_PER_SLICE)) {
      const row = indexRow(service);
      rows.push(row);
      counts.add(row);
    }
  }
  const { revision, complete, source } = overview;
  return { revision, complete, source, rows, facets: counts.facets() };
}

class Counts {
  readonly #namespaces = new Map<string, number>();
  readonly #rules = new Map<string, number>();
  readonly #levels: Record<LevelChoice, number> = { any: 0, deny: 0, warn: 0, info: 0, none: 0 };
  #losing = 0;
  #inZone = 0;
  #placed = 0;

  add({ row, lost }: IndexedRow): void {
    this.#levels.any += 1;
    increase(this.#namespaces, row.namespace);
    if (lost > 0) this.#losing += 1;
    if (row.inZone !== null) {
      this.#inZone += row.inZone;
      this.#placed += 1;
    }
    if (row.findings.length === 0) {
      this.#levels.none += 1;
      return;
    }
    for (const rule of new Set(row.findings.map(finding => finding.rule))) increase(this.#rules, rule);
    for (const level of new Set(row.findings.map(finding => finding.level))) {
      if (level !== 'off') this.#levels[level] += 1;
    }
  }

  facets(): Facets {
    return {
      namespaces: sorted(this.#namespaces),
      rules: sorted(this.#rules),
      levels: this.#levels,
      losing: this.#losing,
      inZone: this.#placed > 0 ? this.#inZone / this.#placed : null,
    };
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
