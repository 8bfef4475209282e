import type { Endpoint } from '../../model/endpoint-slice.ts';

/** The Pods of a Service by zone, and the share of the traffic that each zone sends. */
export interface ZonedPods {
  readonly pods: readonly Endpoint[];
  /** By zone; `null` for nodes without one. */
  readonly traffic: ReadonlyMap<string | null, number>;
  /** Share of the traffic that a node sends. */
  readonly ofNode: (name: string | null) => number;
}

interface ZoneOfPods {
  readonly zone: string | null;
  readonly pods: readonly Endpoint[];
  readonly traffic: number;
}

/** With more zones than this their combinations are not compared; the zones that send least keep Pods. */
const MAX_COMBINED_ZONES = 10;

/**
 * The sets of `count` Pods that are worst if they are left: an endpoint gets most traffic, least traffic stays in its
 * zone, or a node that had an endpoint has none. One of them is the worst for every setting that prefers zones.
 */
export function unevenCases(input: ZonedPods, count: number): readonly (readonly Endpoint[])[] {
  if (count <= 0) return [[]];
  const zones = zonesOf(input);
  // One endpoint without a zone makes kube-proxy ignore the hints of all: such cases are even.
  const hinted = zones.filter(({ zone }) => zone !== null);
  const cases = [
    ...hinted.flatMap(zone => busiestIn(zone, hinted, { count, total: sum(input.traffic.values()) })),
    ...fewestZones(hinted, count),
    leastInZone(zones, count),
    ...emptiedNode(input, count),
  ];
  const distinct = new Map(
    cases.map(pods => [
      pods
        .map(({ address }) => address)
        .sort()
        .join(),
      pods,
    ]),
  );
  return [...distinct.values()];
}

function zonesOf({ pods, traffic, ofNode }: ZonedPods): readonly ZoneOfPods[] {
  return [...Map.groupBy(pods, ({ zone }) => zone)].map(([zone, own]) => {
    const [heaviest, ...others] = own.toSorted((a, b) => ofNode(b.nodeName) - ofNode(a.nodeName));
    // With one Pod on the node that sends most and the others on those that send least, its node is the busiest.
    return {
      zone,
      pods: heaviest ? [heaviest, ...others.reverse()] : [],
      traffic: zone === null ? 0 : (traffic.get(zone) ?? 0),
    };
  });
}

/** The zone keeps as few Pods as possible, while the zones that keep others send as little as possible themselves. */
function busiestIn(
  zone: ZoneOfPods,
  zones: readonly ZoneOfPods[],
  { count, total }: { readonly count: number; readonly total: number },
): readonly (readonly Endpoint[])[] {
  let best: { readonly load: number; readonly own: number; readonly others: readonly ZoneOfPods[] } | null = null;
  for (const others of combinations(zones.filter(other => other !== zone))) {
    const own = Math.max(1, count - podsIn(others));
    if (own > zone.pods.length || own + others.length > count) continue;
    const elsewhere = total - zone.traffic - trafficOf(others);
    const load = zone.traffic / own + elsewhere / count;
    if (!best || load > best.load) best = { load, own, others };
  }
  if (!best) return [];
  return [[...zone.pods.slice(0, best.own), ...fill(best.others, count - best.own)]];
}

/** All Pods in the zones that send least. */
function fewestZones(zones: readonly ZoneOfPods[], count: number): readonly (readonly Endpoint[])[] {
  let best: { readonly traffic: number; readonly zones: readonly ZoneOfPods[] } | null = null;
  for (const some of combinations(zones)) {
    if (some.length === 0 || some.length > count || podsIn(some) < count) continue;
    if (!best || trafficOf(some) < best.traffic) best = { traffic: trafficOf(some), zones: some };
  }
  return best ? [fill(best.zones, count)] : [];
}

/** The Pods of the zones that send least, for settings that spread all traffic over all Pods. */
function leastInZone(zones: readonly ZoneOfPods[], count: number): readonly Endpoint[] {
  const sorted = zones.toSorted((a, b) => a.traffic - b.traffic);
  return sorted.flatMap(({ pods }) => pods).slice(0, count);
}

/** The client node with the fewest Pods loses them, if as many go. */
function emptiedNode({ pods, ofNode }: ZonedPods, count: number): readonly (readonly Endpoint[])[] {
  const byNode = Map.groupBy(
    pods.filter(({ nodeName }) => ofNode(nodeName) > 0),
    ({ nodeName }) => nodeName,
  );
  const [fewest] = [...byNode.values()].sort((a, b) => a.length - b.length);
  if (!fewest || fewest.length > pods.length - count) return [];
  return [pods.filter(pod => !fewest.includes(pod)).slice(0, count)];
}

/** At least one Pod of each zone. */
function fill(zones: readonly ZoneOfPods[], count: number): readonly Endpoint[] {
  const first = zones.flatMap(({ pods }) => pods.slice(0, 1));
  return [...first, ...zones.flatMap(({ pods }) => pods.slice(1))].slice(0, count);
}

/** Every subset, the empty one included. */
function* combinations(zones: readonly ZoneOfPods[]): Generator<readonly ZoneOfPods[]> {
  if (zones.length > MAX_COMBINED_ZONES) {
    const sorted = zones.toSorted((a, b) => a.traffic - b.traffic);
    for (let i = 0; i <= sorted.length; i++) yield sorted.slice(0, i);
    return;
  }
  for (let bits = 0; bits < 2 ** zones.length; bits++) yield zones.filter((_, i) => (bits >> i) % 2 === 1);
}

function podsIn(zones: readonly ZoneOfPods[]): number {
  return zones.reduce((sum, { pods }) => sum + pods.length, 0);
}

function trafficOf(zones: readonly ZoneOfPods[]): number {
  return sum(zones.map(({ traffic }) => traffic));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
