import { ROLES } from '../table/roles.ts';
import type { TrafficDiagram } from './diagram.ts';
import { flowId, type Highlight, lossId } from './ribbons.tsx';
import { flowText, labelOf, lossText, verdictText } from './text.ts';

interface FlowTableProps {
  readonly picture: TrafficDiagram;
  readonly highlight: Highlight;
  onHighlight(id: Highlight): void;
}

interface FlowRow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly percent: string;
  readonly text: string;
  readonly isLoss: boolean;
}

/** More rows than this are folded. */
const MAX_OPEN_ROWS = 12;

/** The diagram as a table. A row highlights its ribbon. */
export function FlowTable({ picture, highlight, onHighlight }: FlowTableProps) {
  const rows = [...lossRows(picture), ...flowRows(picture)];
  return (
    <details class="flow-table" open={rows.length <= MAX_OPEN_ROWS}>
      <summary>As a table</summary>
      <table {...ROLES.table}>
        <thead {...ROLES.group}>
          <tr {...ROLES.row}>
            {['From', 'To', 'Share', 'Why'].map(title => (
              <th key={title} {...ROLES.column} scope="col" class={title === 'Share' ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...ROLES.group}>
          {rows.map(row => (
            <FlowLine key={row.id} row={row} isLit={highlight === row.id} onHighlight={onHighlight} />
          ))}
        </tbody>
      </table>
    </details>
  );
}

function lossRows(picture: TrafficDiagram): readonly FlowRow[] {
  const rank = (key: string) => picture.zones.indexOf(key);
  return picture.losses
    .toSorted((a, b) => rank(a.from) - rank(b.from))
    .map(loss => ({
      id: lossId(loss),
      from: labelOf(loss.from, picture),
      to: `✕ nowhere (${verdictText(loss)})`,
      percent: loss.percent,
      text: lossText(loss),
      isLoss: true,
    }));
}

function flowRows(picture: TrafficDiagram): readonly FlowRow[] {
  return picture.flows
    .toSorted((a, b) => b.share - a.share)
    .map(flow => ({
      id: flowId(flow),
      from: labelOf(flow.from, picture),
      to: labelOf(flow.to, picture),
      percent: flow.percent,
      text: flowText(flow),
      isLoss: false,
    }));
}

interface FlowLineProps {
  readonly row: FlowRow;
  readonly isLit: boolean;
  onHighlight(id: Highlight): void;
}

function FlowLine({ row: { id, from, to, percent, text, isLoss }, isLit, onHighlight }: FlowLineProps) {
  return (
    <tr
      {...ROLES.row}
      class={`${isLoss ? 'is-loss' : ''} ${isLit ? 'is-lit' : ''}`}
      onPointerEnter={() => onHighlight(id)}
      onPointerLeave={() => onHighlight(null)}
    >
      <th {...ROLES.rowHeader} scope="row">
        <button
          type="button"
          class="flow-button"
          aria-pressed={isLit}
          onFocus={() => onHighlight(id)}
          onBlur={() => onHighlight(null)}
          onClick={() => onHighlight(id)}
        >
          {from}
        </button>
      </th>
      <td {...ROLES.cell} class="flow-to">
        {to}
      </td>
      <td {...ROLES.cell} class="number">
        {percent}
      </td>
      <td {...ROLES.cell} class="why">
        {text}
      </td>
    </tr>
  );
}
