import { percent } from '../../../report/percent.ts';
import type { ServiceRow } from '../../api.ts';
import { LevelBadge } from '../level-badge.tsx';
import { formatLocation, serviceLocation } from '../page-location.ts';
import { RuleLink } from '../rule/rule-link.tsx';
import { ROLES } from '../table/roles.ts';
import type { IndexedRow } from './filter.ts';
import { lostTexts } from './lost-text.ts';

export function ServiceCells({ row, lost }: IndexedRow) {
  const { namespace, name, type, inZone } = row;
  return (
    <>
      <th {...ROLES.rowHeader} scope="row" class="col-name">
        <a class="row-link" href={formatLocation(serviceLocation(namespace, name))}>
          <span class="ns">{namespace}/</span>
          {name}
        </a>{' '}
        <span class="type">{type}</span>
      </th>
      <td {...ROLES.cell} class="col-findings">
        <Findings findings={row.findings} />
      </td>
      <td {...ROLES.cell} class="col-lost">
        {lost > 0 ? <Lost row={row} /> : <span class="muted">nothing lost</span>}
      </td>
      <td {...ROLES.cell} class="col-zone">
        {inZone === null ? <span class="muted">share in zone unknown</span> : <InZone share={inZone} />}
      </td>
    </>
  );
}

function Findings({ findings }: { readonly findings: ServiceRow['findings'] }) {
  const [first, ...others] = findings;
  if (!first) return <span class="muted">no findings</span>;
  return (
    <span class="row-findings">
      <LevelBadge level={first.level} />
      <RuleLink rule={first.rule} />
      {others.length > 0 && (
        <span class="more" title={others.map(({ rule, level }) => `${level}: ${rule}`).join('\n')}>
          +{others.length}
        </span>
      )}
    </span>
  );
}

function Lost({ row }: { readonly row: ServiceRow }) {
  return (
    <>
      {lostTexts(row).map(({ trafficClass, nodes, name }) => (
        <span key={trafficClass} class="row-lost">
          <span class="drop-badge">
            <span aria-hidden="true">✕</span> {nodes}
          </span>{' '}
          {name}
        </span>
      ))}
    </>
  );
}

function InZone({ share }: { readonly share: number }) {
  return (
    <span class="meter-cell">
      <svg class="meter" width="72" height="8" aria-hidden="true">
        <rect class="meter-track" width="72" height="8" rx="4" />
        <rect class="meter-fill" width={Math.round(72 * share)} height="8" rx="4" />
      </svg>
      {percent(share)} <span class="meter-label">in its zone</span>
    </span>
  );
}
