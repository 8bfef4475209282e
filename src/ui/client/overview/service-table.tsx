import { objectKey } from '../../../model/object-key.ts';
import { ROLES } from '../table/roles.ts';
import { WindowedTable } from '../table/windowed-table.tsx';
import type { Filter, IndexedRow, SortKey } from './filter.ts';
import { type LongestTexts, rowHeight } from './row-height.ts';
import { ServiceCells } from './service-cells.tsx';

interface ServiceTableProps {
  readonly rows: readonly IndexedRow[];
  readonly longest: LongestTexts;
  readonly filter: Filter;
  readonly empty: string;
  /** `NAMESPACE/NAME` of the Service that the user comes back from. */
  readonly visited: string | null;
  onFilter(filter: Filter): void;
}

const STACK_BELOW_PX = 940;

const COLUMNS: readonly (readonly [key: SortKey, label: string, className: string])[] = [
  ['name', 'Service', 'col-name'],
  ['urgency', 'Findings', 'col-findings'],
  ['lost', 'Traffic lost', 'col-lost'],
  ['inZone', 'Stays in zone', 'col-zone'],
];

export function ServiceTable({ rows, longest, filter, empty, visited, onFilter }: ServiceTableProps) {
  const sortBy = (sort: SortKey) =>
    onFilter({ ...filter, sort, descending: filter.sort === sort ? !filter.descending : false });
  return (
    <WindowedTable
      label="Services"
      className="services"
      rows={rows}
      stackBelowPx={STACK_BELOW_PX}
      rowHeight={frame => rowHeight(longest, frame)}
      columns={COLUMNS.length}
      head={COLUMNS.map(([key, label, className]) => (
        <SortHeader key={key} column={{ key, label, className }} filter={filter} onSort={() => sortBy(key)} />
      ))}
      keyOf={({ row }) => objectKey(row.namespace, row.name)}
      cells={row => <ServiceCells {...row} />}
      empty={empty}
      focused={visited}
    />
  );
}

interface SortHeaderProps {
  readonly column: { readonly key: SortKey; readonly label: string; readonly className: string };
  readonly filter: Filter;
  onSort(): void;
}

function SortHeader({ column, filter, onSort }: SortHeaderProps) {
  const isSorted = filter.sort === column.key;
  const direction = filter.descending ? 'descending' : 'ascending';
  return (
    <th {...ROLES.column} scope="col" class={column.className} aria-sort={isSorted ? direction : 'none'}>
      <button type="button" class="sort" onClick={onSort}>
        {column.label}
        <span class="sort-mark" aria-hidden="true">
          {isSorted ? (filter.descending ? '↑' : '↓') : ''}
        </span>
      </button>
    </th>
  );
}
