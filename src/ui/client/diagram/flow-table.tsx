import { percent } from '../../../report/percent.ts';
import type { TrafficDiagram } from './diagram.ts';
import { flowId, type Highlight, lossId } from './ribbons.tsx';
import { flowText, labelOf, lossText } from './text.ts';

interface FlowTableProps {
  readonly picture: TrafficDiagram;
  readonly highlight: Highlight;
  onHighlight(id: Highlight): void;
}

/** The diagram as a table. A row highlights its ribbon. */
export function FlowTable({ picture, highlight, onHighlight }: FlowTableProps) {
  const rank = (key: string) => picture.zones.indexOf(key);
  const losses = picture.losses
    .toSorted((a, b) => rank(a.from) - rank(b.from))
    .map(loss => ({
      id: lossId(loss),
      from: labelOf(loss.from, picture),
      to: loss.verdict === 'drop' ? '✕ nowhere (dropped)' : '✕ nowhere (refused)',
      share: loss.share,
      text: lossText(loss),
      isLoss: true,
    }));
  const flows = picture.flows
    .toSorted((a, b) => b.share - a.share)
    .map(flow => ({
      id: flowId(flow),
      from: labelOf(flow.from, picture),
      to: labelOf(flow.to, picture),
      share: flow.share,
      text: flowText(flow),
      isLoss: false,
    }));
  return (
    <details class="flow-table" open={picture.losses.length + picture.flows.length <= 12}>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="number">
              Share
            </th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {[...losses, ...flows].map(({ id, from, to, share, text, isLoss }) => (
            <tr
              key={id}
              class={`${isLoss ? 'is-loss' : ''} ${highlight === id ? 'is-lit' : ''}`}
              onPointerEnter={() => onHighlight(id)}
              onPointerLeave={() => onHighlight(null)}
            >
              <th scope="row">
                <button
                  type="button"
                  class="flow-button"
                  aria-pressed={highlight === id}
                  onFocus={() => onHighlight(id)}
                  onBlur={() => onHighlight(null)}
                  onClick={() => onHighlight(id)}
                >
                  {from}
                </button>
              </th>
              <td>{to}</td>
              <td class="number">{percent(share)}</td>
              <td class="why">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
