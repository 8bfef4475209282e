import { useMemo } from 'preact/hooks';
import type { Loaded } from '../client/use-loaded.ts';
import type { Overview as OverviewData } from '../contract.ts';
import { Failure, Notice } from '../notice.tsx';
import { count } from '../picture/words.ts';
import type { Facets, Filter, IndexedRow } from './filter.ts';
import { facetsOf, filterRows, indexRows } from './filter.ts';
import { Filters } from './filters.tsx';
import { ServiceTable } from './service-table.tsx';
import { Totals } from './totals.tsx';

interface OverviewProps {
  readonly loaded: Loaded<OverviewData>;
  readonly filter: Filter;
  onFilter(filter: Filter): void;
}

export function Overview({ loaded, filter, onFilter }: OverviewProps) {
  const services = loaded.state === 'ready' ? loaded.value.services : null;
  const rows = useMemo(() => (services ? indexRows(services) : []), [services]);
  const facets = useMemo(() => facetsOf(rows), [rows]);
  const shown = useMemo(() => filterRows(rows, filter), [rows, filter]);
  return (
    <main class="overview">
      <h1 class="sr-only">Services</h1>
      {loaded.state === 'loading' && <Notice title="Reading the cluster…" />}
      {loaded.state === 'failed' && <Failure error={loaded.error} />}
      {loaded.state === 'ready' && (
        <>
          {loaded.error !== null && <Failure error={loaded.error} />}
          <Totals rows={rows} facets={facets} filter={filter} onFilter={onFilter} />
          <Filters facets={facets} filter={filter} onFilter={onFilter} />
          <p class="count" aria-live="polite">
            {sayCount(shown, rows)}
            {!loaded.value.complete && ', more are still being judged'}
          </p>
          <ServiceTable rows={shown} filter={filter} onFilter={onFilter} empty={sayEmpty(rows, facets)} />
        </>
      )}
    </main>
  );
}

function sayCount(shown: readonly IndexedRow[], rows: readonly IndexedRow[]): string {
  if (shown.length === rows.length) return count(rows.length, 'Service');
  return `${shown.length.toLocaleString('en')} of ${count(rows.length, 'Service')}`;
}

function sayEmpty(rows: readonly IndexedRow[], { levels }: Facets): string {
  if (rows.length === 0) return 'This cluster has no Services.';
  return levels.any === levels.none
    ? 'No Service is like that. None has a finding: traffic goes where people expect it to.'
    : 'No Service is like that. Take a filter away.';
}
