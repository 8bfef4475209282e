import type { Route } from '../../topology/route.ts';
import type { Sender } from '../../topology/traffic-senders.ts';
import type { TrafficFlows, Zone } from '../../topology/zone-flows.ts';

/** Traffic from some zones to one zone, or traffic that is lost. */
export interface SenderFlow {
  readonly verdict: Route['verdict'];
  /** Zone of the endpoints; `null` if they have none or the traffic is lost. */
  readonly zone: Zone;
  /** Number of endpoints that get it. */
  readonly endpoints: number;
  /** Share of all traffic of the class, 0 to 1. */
  readonly share: number;
}

/** Zones whose nodes send to the same zones in the same proportions. */
export interface SenderGroup {
  readonly zones: readonly Zone[];
  readonly nodes: number;
  readonly flows: readonly SenderFlow[];
}

/** The flows of each group of zones: lost traffic first, then by descending share. */
export function senderGroups(flows: TrafficFlows, senders: readonly Sender[]): readonly SenderGroup[] {
  const byZone = [...Map.groupBy(senders, ({ node }) => node.zone)].toSorted(([a], [b]) => compareZones(a, b));
  const groups = byZone.map(([zone, { length }]) => ({ zones: [zone], nodes: length, flows: flowsFrom(zone, flows) }));
  return [...Map.groupBy(groups, patternOf).values()].map(merge);
}

function flowsFrom(zone: Zone, { flows, losses }: TrafficFlows): readonly SenderFlow[] {
  const lost = Map.groupBy(
    losses.filter(({ from }) => from === zone),
    ({ verdict }) => verdict,
  );
  const forwarded = flows.filter(({ from }) => from === zone);
  return [
    ...[...lost].map(([verdict, parts]) => ({ verdict, zone: null, endpoints: 0, share: totalShare(parts) })),
    ...forwarded
      .toSorted((a, b) => millionths(b) - millionths(a) || compareZones(a.to, b.to))
      .map(({ to, endpoints, share }) => ({ verdict: 'forward' as const, zone: to, endpoints, share })),
  ];
}

function totalShare(parts: readonly { readonly share: number }[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0);
}

/** Equal shares may differ by rounding errors. */
function millionths({ share }: { readonly share: number }): number {
  return Math.round(share * 1e6);
}

/** Equal for zones that send to the same zones in the same proportions. */
function patternOf({ flows }: SenderGroup): string {
  const total = totalShare(flows);
  const parts = flows.map(({ verdict, zone, share }) => `${verdict} ${zone} ${(share / total).toFixed(6)}`);
  return parts.toSorted().join();
}

function merge(groups: readonly SenderGroup[]): SenderGroup {
  const [first] = groups;
  if (!first) throw new Error('a group without a member');
  const same = (flow: SenderFlow) => (other: SenderFlow) => other.verdict === flow.verdict && other.zone === flow.zone;
  return {
    zones: groups.flatMap(({ zones }) => zones),
    nodes: groups.reduce((sum, { nodes }) => sum + nodes, 0),
    flows: first.flows.map(flow => ({
      ...flow,
      share: totalShare(groups.flatMap(({ flows }) => flows.filter(same(flow)))),
    })),
  };
}

/** Nodes and endpoints without a zone come last. */
function compareZones(a: Zone, b: Zone): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
