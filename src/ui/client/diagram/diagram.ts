import type { Node } from '../../../model/node.ts';
import { percentOfGroup } from '../../../report/percent.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import type { TrafficClass } from '../../../topology/route.ts';
import { hasTraffic } from '../../../topology/route.ts';
import { type Senders, trafficSenders } from '../../../topology/traffic-senders.ts';
import { usableEndpoints } from '../../../topology/traffic-shares.ts';
import { type TrafficFlows, trafficFlows } from '../../../topology/zone-flows.ts';
import { type EvaluatedService, trafficInput } from '../service/evaluate-service.ts';
import { type GroupedFlow, type GroupedLoss, groupedTraffic } from './grouped-flows.ts';
import { groupZones, type ZoneGroups } from './zone-groups.ts';

/** The diagram of one traffic class of one port, without coordinates. */
export interface TrafficDiagram {
  readonly trafficClass: TrafficClass;
  /** Keys of all zones, in drawing order. */
  readonly zones: readonly string[];
  readonly clientZones: readonly ClientZone[];
  readonly endpointZones: readonly EndpointZone[];
  readonly flows: readonly GroupedFlow[];
  readonly losses: readonly GroupedLoss[];
  /** Share of all traffic of the class, 0 to 1. */
  readonly inZone: number;
  readonly onNode: number;
  readonly lost: number;
  /** How senders know which nodes have no endpoint; `null` if they do not. */
  readonly knownBy: Senders['knownBy'];
}

export interface ClientZone {
  readonly key: string;
  readonly label: string;
  readonly share: number;
  /** The share as text. */
  readonly percent: string;
  /** All nodes of the zone, those that lose traffic first. */
  readonly nodes: readonly ClientNode[];
}

export interface ClientNode {
  readonly name: string;
  readonly status: 'sends' | 'loses' | 'not-sent';
}

export interface EndpointZone {
  readonly key: string;
  readonly label: string;
  /** Share of all traffic of the class, 0 to 1. */
  readonly share: number;
  /** The share as text. */
  readonly percent: string;
  /** Load of its mean endpoint over that of the mean endpoint of all; `null` if all traffic is lost. */
  readonly factor: number | null;
  /** Endpoints that traffic may go to, the busiest first. */
  readonly endpoints: readonly EndpointLoad[];
  readonly notReady: number;
}

export interface EndpointLoad {
  readonly name: string;
  readonly node: string | null;
  readonly share: number;
  readonly factor: number | null;
}

/** Returns `null` if the port has no traffic of the class. */
export function trafficDiagram(
  trafficClass: TrafficClass,
  port: PortRouting,
  of: EvaluatedService,
): TrafficDiagram | null {
  if (!hasTraffic(trafficClass, port.policy)) return null;
  const { sending, notSent, knownBy } = trafficSenders(trafficClass, trafficInput(of));
  const flows = trafficFlows(trafficClass, port, sending);
  const groups = groupZones([
    ...sending.map(({ node }) => node.zone),
    ...notSent.map(({ zone }) => zone),
    ...port.index.all.map(({ zone }) => zone),
  ]);
  return {
    trafficClass,
    zones: groups.all.map(({ key }) => key),
    clientZones: withPercents(clientZonesOf({ sending, notSent }, flows, groups)),
    endpointZones: withPercents(endpointZonesOf(port, flows, groups)),
    ...groupedTraffic(flows, groups),
    inZone: flows.inZone,
    onNode: flows.onNode,
    lost: flows.lost,
    knownBy,
  };
}

/** The zones of one side share all traffic of the class. */
function withPercents<T extends { readonly share: number }>(zones: readonly T[]): (T & { readonly percent: string })[] {
  const percentOf = percentOfGroup(zones.map(({ share }) => share));
  return zones.map(zone => ({ ...zone, percent: percentOf(zone.share) }));
}

function clientZonesOf(
  { sending, notSent }: Pick<Senders, 'sending' | 'notSent'>,
  { losses }: TrafficFlows,
  groups: ZoneGroups,
): readonly Omit<ClientZone, 'percent'>[] {
  const losing = new Set(losses.flatMap(loss => loss.nodes));
  const zones = new Map<string, { share: number; nodes: ClientNode[] }>();
  const put = ({ name, zone }: Node, status: ClientNode['status'], share: number) => {
    const key = groups.keyOf(zone);
    const entry = zones.get(key) ?? { share: 0, nodes: [] };
    entry.share += share;
    entry.nodes.push({ name, status });
    zones.set(key, entry);
  };
  for (const { node, weight } of sending) put(node, losing.has(node.name) ? 'loses' : 'sends', weight);
  for (const node of notSent) put(node, 'not-sent', 0);
  const order = { loses: 0, 'not-sent': 1, sends: 2 };
  return groups.all.flatMap(({ key, label }) => {
    const zone = zones.get(key);
    if (!zone) return [];
    return { key, label, share: zone.share, nodes: zone.nodes.sort((a, b) => order[a.status] - order[b.status]) };
  });
}

function endpointZonesOf(
  port: PortRouting,
  flows: TrafficFlows,
  groups: ZoneGroups,
): readonly Omit<EndpointZone, 'percent'>[] {
  const { byEndpoint } = flows;
  const usable = new Set(usableEndpoints(port, flows));
  const carried = [...byEndpoint.values()].reduce((sum, load) => sum + load, 0);
  const factorOf = (share: number, endpoints: number) =>
    carried > 0 && endpoints > 0 ? ((share / carried) * usable.size) / endpoints : null;
  const byKey = Map.groupBy(port.index.all, endpoint => groups.keyOf(endpoint.zone));
  return groups.all.flatMap(({ key, label }) => {
    const all = byKey.get(key);
    if (!all) return [];
    const endpoints = all
      .filter(endpoint => usable.has(endpoint))
      .map((endpoint): EndpointLoad => {
        const share = byEndpoint.get(endpoint) ?? 0;
        return { name: port.endpointName(endpoint), node: endpoint.nodeName, share, factor: factorOf(share, 1) };
      });
    endpoints.sort((a, b) => b.share - a.share);
    const share = endpoints.reduce((sum, endpoint) => sum + endpoint.share, 0);
    const notReady = all.length - endpoints.length;
    return { key, label, share, factor: factorOf(share, endpoints.length), endpoints, notReady };
  });
}
