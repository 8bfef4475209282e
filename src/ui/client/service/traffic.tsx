import { useMemo, useState } from 'preact/hooks';
import { noRouteReason } from '../../../report/no-route-reason.ts';
import { percent } from '../../../report/percent.ts';
import { notSentText } from '../../../report/reason-text.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import { hasTraffic } from '../../../topology/route.ts';
import { type TrafficDiagram, trafficDiagram } from '../diagram/diagram.ts';
import { DiagramView } from '../diagram/diagram-view.tsx';
import { FlowTable } from '../diagram/flow-table.tsx';
import type { Highlight } from '../diagram/ribbons.tsx';
import { CLASS_NAMES, CLASS_TEXTS, TRAFFIC_CLASSES } from '../diagram/text.ts';
import { SelectField } from '../fields.tsx';
import { Notice } from '../notice.tsx';
import type { ServiceLocation } from '../page-location.ts';
import { SegmentedControl } from '../segmented.tsx';
import type { EvaluatedService } from './evaluate-service.ts';

interface TrafficProps {
  readonly address: ServiceLocation;
  readonly evaluated: EvaluatedService;
  go(address: ServiceLocation): void;
}

/** The diagram of one port and one traffic class, with controls to select others. */
export function Traffic({ address, evaluated, go }: TrafficProps) {
  const { ports } = evaluated;
  const port = ports.find(candidate => matchesLocation(candidate, address)) ?? ports[0];
  const classes = TRAFFIC_CLASSES.filter(candidate => port && hasTraffic(candidate, port.policy));
  const trafficClass = classes.find(candidate => candidate === address.trafficClass) ?? 'internal';
  const picture = useMemo(
    () => (port ? trafficDiagram(trafficClass, port, evaluated) : null),
    [port, trafficClass, evaluated],
  );
  if (!port || !picture)
    return <Notice title="No diagram">{noRouteReason(evaluated.state.service, evaluated.state.facts)}</Notice>;
  return (
    <section
      class="card traffic"
      aria-label="Traffic"
      data-shows={`${evaluated.state.service.namespace}/${evaluated.state.service.name} ${port.port.name} ${port.family} ${trafficClass}`}
    >
      <div class="traffic-head">
        {classes.length > 1 && (
          <SegmentedControl
            legend="Traffic class"
            options={classes.map(value => ({ value, label: CLASS_NAMES[value] }))}
            value={trafficClass}
            onSelect={value => go({ ...address, trafficClass: value })}
          />
        )}
        {ports.length > 1 && (
          <SelectField
            label="Port"
            value={String(ports.indexOf(port))}
            options={ports.map((one, i) => [String(i), portText(one)])}
            onSelect={value => {
              const to = ports[Number(value)] ?? port;
              go({ ...address, port: to.port.name, family: to.family });
            }}
          />
        )}
        <p class="class-text">{CLASS_TEXTS[trafficClass]}</p>
      </div>
      <DiagramSection picture={picture} />
    </section>
  );
}

function portText({ port: { name, port, protocol }, family }: PortRouting): string {
  return `${name} ${port}/${protocol} ${family}`.trim();
}

function DiagramSection({ picture }: { readonly picture: TrafficDiagram }) {
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
      <DiagramView picture={picture} highlight={highlight} onHighlight={setHighlight} />
      <Legend picture={picture} />
      <FlowTable picture={picture} highlight={highlight} onHighlight={setHighlight} />
    </>
  );
}

function Shares({ picture }: { readonly picture: TrafficDiagram }) {
  const { inZone, onNode, lost } = picture;
  return (
    <ul class="shares">
      <li class="share share--in-zone">
        <b>{percent(inZone)}</b> stays in its zone
      </li>
      <li class="share">
        <b>{percent(onNode)}</b> stays on its node
      </li>
      <li class={`share ${lost > 0 ? 'share--lost' : ''}`}>
        <b>
          {lost > 0 && <span aria-hidden="true">✕ </span>}
          {percent(lost)}
        </b>{' '}
        is lost
      </li>
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

function matchesLocation({ port, family }: PortRouting, address: ServiceLocation): boolean {
  return (
    (address.port === null || port.name === address.port) && (address.family === null || family === address.family)
  );
}
