import { useMemo } from 'preact/hooks';
import type { Loaded } from '../data/use-loaded.ts';
import { pluralText } from '../diagram/text.ts';
import { Failure, Notice } from '../notice.tsx';
import { type Filter, filterRows, type IndexedRow, sortRows } from './filter.ts';
import { Filters } from './filters.tsx';
import type { Facets, PreparedOverview } from './prepare.ts';
import { ServiceTable } from './service-table.tsx';
import { Totals } from './totals.tsx';

interface OverviewProps {
  readonly loaded: Loaded<PreparedOverview>;
  readonly filter: Filter;
  readonly visited: string | null;
  onFilter(filter: Filter): void;
}

export function OverviewPage({ loaded, ...list }: OverviewProps) {
  return (
    <main class="overview">
      <h1 class="sr-only" tabIndex={-1}>
        Services
      </h1>
      {loaded.state === 'loading' && <Notice title="Reading the cluster…" />}
      {loaded.state === 'failed' && <Failure error={loaded.error} />}
      {loaded.state === 'ready' && loaded.error !== null && <Failure error={loaded.error} />}
      {loaded.state === 'ready' && <List overview={loaded.value} {...list} />}
    </main>
  );
}

interface ListProps extends Omit<OverviewProps, 'loaded'> {
  readonly overview: PreparedOverview;
}

function List({ overview: { rows, facets, longest, complete }, filter, visited, onFilter }: ListProps) {
  const { sort, descending } = filter;
  const sorted = useMemo(() => sortRows(rows, sort, descending), [rows, sort, descending]);
  const shown = useMemo(() => filterRows(sorted, filter), [sorted, filter]);
  return (
    <>
      <Totals facets={facets} filter={filter} onFilter={onFilter} />
      <Filters facets={facets} filter={filter} onFilter={onFilter} />
      <p class="count" aria-live="polite">
        {countText(shown, rows)}
        {!complete && ', evaluation in progress'}
      </p>
      <ServiceTable
        rows={shown}
        longest={longest}
        filter={filter}
        onFilter={onFilter}
        empty={emptyText(rows, facets)}
        visited={visited}
      />
    </>
  );
}

function countText(shown: readonly IndexedRow[], rows: readonly IndexedRow[]): string {
  if (shown.length === rows.length) return pluralText(rows.length, 'Service');
  return `${shown.length.toLocaleString('en')} of ${pluralText(rows.length, 'Service')}`;
}

function emptyText(rows: readonly IndexedRow[], { levels }: Facets): string {
  if (rows.length === 0) return 'This cluster has no Services.';
  return levels.any === levels.none
    ? 'No Service matches the filters. No Service has findings.'
    : 'No Service matches the filters. Remove a filter.';
}
