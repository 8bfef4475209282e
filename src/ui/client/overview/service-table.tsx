import { percent } from '../../../report/percent.ts';
import type { ServiceRow } from '../../api.ts';
import { CLASS_NAMES, pluralText, TRAFFIC_CLASSES } from '../diagram/text.ts';
import { LevelBadge } from '../level-badge.tsx';
import { formatLocation, serviceLocation } from '../page-location.ts';
import { WindowedTable } from '../table/windowed-table.tsx';
import type { Filter, IndexedRow, SortKey } from './filter.ts';

interface ServiceTableProps {
  readonly rows: readonly IndexedRow[];
  readonly filter: Filter;
  readonly empty: string;
  onFilter(filter: Filter): void;
}

const ROW_HEIGHT = 44;

const COLUMNS: readonly (readonly [key: SortKey, label: string, className: string])[] = [
  ['name', 'Service', 'col-name'],
  ['urgency', 'Findings', 'col-findings'],
  ['lost', 'Traffic lost', 'col-lost'],
  ['inZone', 'Stays in zone', 'col-zone'],
];

export function ServiceTable({ rows, filter, empty, onFilter }: ServiceTableProps) {
  const sortBy = (sort: SortKey) =>
    onFilter({ ...filter, sort, descending: filter.sort === sort ? !filter.descending : false });
  return (
    <WindowedTable
      label="Services"
      className="services"
      rows={rows}
      rowHeight={ROW_HEIGHT}
      columns={COLUMNS.length}
      head={COLUMNS.map(([key, label, className]) => (
        <SortHeader key={key} column={{ key, label, className }} filter={filter} onSort={() => sortBy(key)} />
      ))}
      keyOf={({ row }) => `${row.namespace}/${row.name}`}
      cells={cellsOf}
      empty={empty}
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
    <th scope="col" class={column.className} aria-sort={isSorted ? direction : 'none'}>
      <button type="button" class="sort" onClick={onSort}>
        {column.label}
        <span class="sort-mark" aria-hidden="true">
          {isSorted ? (filter.descending ? '↑' : '↓') : ''}
        </span>
      </button>
    </th>
  );
}

function cellsOf({ row, lost }: IndexedRow) {
  const { namespace, name, type, inZone } = row;
  return (
    <>
      <th scope="row" class="col-name">
        <a class="row-link" href={formatLocation(serviceLocation(namespace, name))} title={`${namespace}/${name}`}>
          <span class="ns">{namespace}/</span>
          {name}
        </a>
        <span class="type">{type}</span>
      </th>
      <td class="col-findings">
        <Findings findings={row.findings} />
      </td>
      <td class="col-lost">{lost > 0 ? <Lost lost={row.lost} /> : <span class="muted">nothing</span>}</td>
      <td class="col-zone">{inZone === null ? <span class="muted">not known</span> : <InZone share={inZone} />}</td>
    </>
  );
}

function Findings({ findings }: { readonly findings: ServiceRow['findings'] }) {
  const [first, ...others] = findings;
  if (!first) return <span class="muted">none</span>;
  return (
    <span class="row-findings" title={findings.map(({ rule, level }) => `${level}: ${rule}`).join('\n')}>
      <LevelBadge level={first.level} />
      <span class="rule-name">{first.rule}</span>
      {others.length > 0 && <span class="more">+{others.length}</span>}
    </span>
  );
}

function Lost({ lost }: { readonly lost: ServiceRow['lost'] }) {
  return (
    <span class="row-lost">
      {TRAFFIC_CLASSES.filter(key => lost[key] > 0).map(key => (
        <span key={key} class="drop-badge">
          <span aria-hidden="true">✕</span> {pluralText(lost[key], 'node')} {CLASS_NAMES[key]}
        </span>
      ))}
    </span>
  );
}

function InZone({ share }: { readonly share: number }) {
  return (
    <span class="meter-cell">
      <svg class="meter" width="72" height="8" aria-hidden="true">
        <rect class="meter-track" width="72" height="8" rx="4" />
        <rect class="meter-fill" width={Math.round(72 * share)} height="8" rx="4" />
      </svg>
      {percent(share)}
    </span>
  );
}
