import type { NameList } from '../../../model/finding.ts';
import type { IPFamily } from '../../../model/service.ts';
import { trafficClassName } from '../../../report/traffic-class-name.ts';
import { entrancesOf } from '../../../topology/entrances.ts';
import { nodesLosing } from '../../../topology/lost-traffic.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import { hasTraffic, TRAFFIC_CLASSES, type TrafficClass } from '../../../topology/route.ts';
import { sendingNodes } from '../../../topology/traffic-senders.ts';
import { type EvaluatedService, trafficInput } from './evaluate-service.ts';

/** One traffic class of a Service, with the nodes that lose its traffic on some port. */
export interface ClassTab {
  readonly trafficClass: TrafficClass;
  readonly name: string;
  readonly losing: NameList;
  /** Number of nodes that send traffic of the class. */
  readonly sending: number;
}

export function classTabs(evaluated: EvaluatedService): readonly ClassTab[] {
  const { ports, state } = evaluated;
  const input = trafficInput(evaluated);
  const entrances = [...new Set(ports.flatMap(port => entrancesOf(state.service, port)))];
  return TRAFFIC_CLASSES.filter(each => ports.some(({ policy }) => hasTraffic(each, policy))).map(trafficClass => {
    const nodes = sendingNodes(trafficClass, input);
    const losing = nodesLosing(trafficClass, ports, nodes);
    return { trafficClass, name: trafficClassName(trafficClass, entrances), losing, sending: nodes.size };
  });
}

export interface OpeningView {
  readonly trafficClass: TrafficClass;
  /** `null` selects the first port. */
  readonly port: Pick<PortRouting, 'port' | 'family'> | null;
}

/** The class to show first, and its port: that loses the largest share of nodes; else the class of the findings. */
export function openingView(evaluated: EvaluatedService, tabs: readonly ClassTab[]): OpeningView {
  const [worst] = tabs.filter(({ losing }) => losing.length > 0).toSorted((a, b) => lostShare(b) - lostShare(a));
  if (worst) return { trafficClass: worst.trafficClass, port: worstPort(worst.trafficClass, evaluated) };
  const isExternal = evaluated.findings[0]?.path === 'spec.externalTrafficPolicy';
  const hasExternal = tabs.some(({ trafficClass }) => trafficClass === 'external');
  return { trafficClass: isExternal && hasExternal ? 'external' : 'internal', port: null };
}

function lostShare({ losing, sending }: ClassTab): number {
  return losing.length / sending;
}

/** Bounds the work for Services with very many ports. */
const MAX_PORTS_COMPARED = 50;

function worstPort(trafficClass: TrafficClass, evaluated: EvaluatedService): PortRouting | null {
  const nodes = sendingNodes(trafficClass, trafficInput(evaluated));
  // A port without endpoints beside others with some may be pending.
  const filled = evaluated.ports.filter(({ index }) => index.all.length > 0);
  const ports = (filled.length > 0 ? filled : evaluated.ports).slice(0, MAX_PORTS_COMPARED);
  const [worst] = ports
    .map(port => ({ port, lost: nodesLosing(trafficClass, [port], nodes).length }))
    .toSorted((a, b) => b.lost - a.lost);
  return worst?.port ?? null;
}

/** The port that a location names; `null` if it names none of these. */
export function portAt(
  ports: readonly PortRouting[],
  at: { readonly port: string | null; readonly family: IPFamily | null },
): PortRouting | null {
  if (at.port === null && at.family === null) return null;
  const isMeant = ({ port, family }: PortRouting) =>
    (at.port === null || port.name === at.port) && (at.family === null || family === at.family);
  return ports.find(isMeant) ?? null;
}
