import type { Overview, PageSource } from '../../api.ts';
import { type IndexedRow, indexRow, type LevelChoice } from './filter.ts';
import { type LongestTexts, longestTexts } from './row-height.ts';

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
  readonly longest: LongestTexts;
}

/** Rows prepared per time slice, so that the page stays responsive to input. */
const ROWS_PER_SLICE = 1_000;

export async function prepareOverview(overview: Overview, pause: () => Promise<void>): Promise<PreparedOverview> {
  const rows: IndexedRow[] = [];
  for (let i = 0; i < overview.services.length; i += ROWS_PER_SLICE) {
    await pause();
    rows.push(...overview.services.slice(i, i + ROWS_PER_SLICE).map(indexRow));
  }
  const { revision, complete, source } = overview;
  await pause();
  const longest = longestTexts(rows);
  await pause();
  return { revision, complete, source, rows, facets: facetsOf(rows), longest };
}

function facetsOf(rows: readonly IndexedRow[]): Facets {
  const levels: Record<LevelChoice, number> = { any: rows.length, deny: 0, warn: 0, info: 0, none: 0 };
  for (const { row } of rows) {
    if (row.findings.length === 0) levels.none++;
    for (const level of new Set(row.findings.map(finding => finding.level))) if (level !== 'off') levels[level]++;
  }
  const shares = rows.flatMap(({ row }) => row.inZone ?? []);
  return {
    namespaces: countServices(rows.map(({ row }) => [row.namespace])),
    rules: countServices(rows.map(({ row }) => row.findings.map(finding => finding.rule))),
    levels,
    losing: rows.filter(({ lost }) => lost > 0).length,
    inZone: shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null,
  };
}

/** How many Services have each name, sorted by name. */
function countServices(namesByService: readonly (readonly string[])[]): Facets['rules'] {
  const counts = new Map<string, number>();
  for (const names of namesByService) for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
