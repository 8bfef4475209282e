import { useMemo } from 'preact/hooks';
import { pluralForm } from '../../../model/plural.ts';
import { TRAFFIC_CLASS_TEXTS } from '../../../report/traffic-class-name.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import { hasTraffic } from '../../../topology/route.ts';
import { trafficDiagram } from '../diagram/diagram.ts';
import { DiagramSection } from '../diagram/diagram-section.tsx';
import { pluralText } from '../diagram/text.ts';
import { SelectField } from '../fields.tsx';
import type { ServiceLocation } from '../page-location.ts';
import { SegmentedControl } from '../segmented.tsx';
import { type ClassTab, type OpeningView, portAt } from './class-tabs.ts';
import type { EvaluatedService } from './evaluate-service.ts';

interface TrafficProps {
  readonly address: ServiceLocation;
  readonly evaluated: EvaluatedService;
  readonly tabs: readonly ClassTab[];
  /** Shown if the location names no class or port. */
  readonly opening: OpeningView;
  go(address: ServiceLocation): void;
}

/** The diagram of one port and one traffic class, with controls to select others. */
export function Traffic({ address, evaluated, tabs, opening, go }: TrafficProps) {
  const { ports } = evaluated;
  const port = portAt(ports, address) ?? portAt(ports, openingPort(opening)) ?? ports[0];
  const own = tabs.filter(tab => port && hasTraffic(tab.trafficClass, port.policy));
  const requested = address.trafficClass ?? opening.trafficClass;
  const tab = own.find(({ trafficClass }) => trafficClass === requested) ?? own[0];
  const picture = useMemo(
    () => (port && tab ? trafficDiagram(tab.trafficClass, port, evaluated) : null),
    [port, tab?.trafficClass, evaluated],
  );
  if (!port || !tab || !picture) return null;
  const { service } = evaluated.state;
  const { trafficClass } = tab;
  const view = { ...address, port: port.port.name, family: port.family, trafficClass };
  return (
    <section
      class="card traffic"
      aria-label="Traffic"
      data-shows={`${service.namespace}/${service.name} ${port.port.name} ${port.family} ${trafficClass}`}
    >
      <div class="traffic-head">
        {own.length > 1 ? (
          <SegmentedControl
            legend="Traffic"
            options={own.map(each => ({ value: each.trafficClass, label: each.name, problem: problemOf(each) }))}
            value={trafficClass}
            onSelect={value => go({ ...view, trafficClass: value })}
          />
        ) : (
          <h2>{tab.name}</h2>
        )}
        {ports.length > 1 && (
          <SelectField
            label="Port"
            value={String(ports.indexOf(port))}
            options={ports.map((one, i) => [String(i), portText(one)])}
            onSelect={value => {
              const to = ports[Number(value)] ?? port;
              go({ ...view, port: to.port.name, family: to.family });
            }}
          />
        )}
      </div>
      <p class="class-text">{TRAFFIC_CLASS_TEXTS[trafficClass]}</p>
      <DiagramSection picture={picture} name={tab.name} />
    </section>
  );
}

function openingPort({ port }: OpeningView) {
  return { port: port?.port.name ?? null, family: port?.family ?? null };
}

function problemOf({ losing }: ClassTab): string | undefined {
  if (losing.length === 0) return undefined;
  return `${pluralText(losing.length, 'node')} ${pluralForm(losing.length, 'loses', 'lose')} traffic`;
}

function portText({ port: { name, port, protocol }, family }: PortRouting): string {
  return `${name} ${port}/${protocol} ${family}`.trim();
}
