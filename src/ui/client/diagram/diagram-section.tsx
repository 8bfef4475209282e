import { useState } from 'preact/hooks';
import { percent, percentOfGroup } from '../../../report/percent.ts';
import { notSentText } from '../../../report/reason-text.ts';
import { Notice } from '../notice.tsx';
import type { TrafficDiagram } from './diagram.ts';
import { DiagramView } from './diagram-view.tsx';
import { FlowTable } from './flow-table.tsx';
import type { Highlight } from './ribbons.tsx';

interface DiagramSectionProps {
  readonly picture: TrafficDiagram;
  /** The name of its traffic class. */
  readonly name: string;
}

/** The figures of one traffic class, its diagram with a legend, and the same as a table. */
export function DiagramSection({ picture, name }: DiagramSectionProps) {
  const [highlight, setHighlight] = useState<Highlight>(null);
  if (picture.clientZones.length === 0) {
    return (
      <Notice title="No such traffic: there are no client nodes.">
        Control-plane nodes, nodes that are not ready or being removed, and very young nodes are not client nodes.
      </Notice>
    );
  }
  return (
    <>
      <Shares picture={picture} />
      <DiagramView picture={picture} name={name} highlight={highlight} onHighlight={setHighlight} />
      <Legend picture={picture} />
      <FlowTable picture={picture} highlight={highlight} onHighlight={setHighlight} />
    </>
  );
}

function Shares({ picture }: { readonly picture: TrafficDiagram }) {
  const { inZone, onNode, lost } = picture;
  const percentOf = percentOfGroup([inZone, lost]);
  return (
    <ul class="shares">
      {lost > 0 && (
        <li class="share share--lost">
          <b>
            <span aria-hidden="true">✕ </span>
            {percentOf(lost)}
          </b>{' '}
          is lost
        </li>
      )}
      <li class="share share--in-zone">
        <b>{percentOf(inZone)}</b> stays in its zone
      </li>
      <li class="share">
        <b>{percent(onNode)}</b> stays on its node
      </li>
      {lost === 0 && (
        <li class="share">
          <b>{percentOf(lost)}</b> is lost
        </li>
      )}
    </ul>
  );
}

function Legend({ picture }: { readonly picture: TrafficDiagram }) {
  const senders =
    picture.trafficClass === 'external'
      ? 'every node that receives outside traffic gets the same share'
      : 'every node sends in proportion to its CPU';
  return (
    <p class="legend">
      <span class="key key--in-zone">within its zone</span>
      <span class="key key--across">to another zone</span>
      <span class="key key--lost">✕ ends nowhere</span>
      {picture.knownBy && <span>○ not sent: {notSentText(picture.knownBy)}</span>}
      <span class="legend-note">
        Drawn to scale; {senders}. ×1.0 is the load of the average endpoint; ▲ marks more than twice that.
      </span>
    </p>
  );
}
