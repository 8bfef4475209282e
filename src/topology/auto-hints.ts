import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import type { NodeInfoGap } from './cpu-ratio.ts';
import { cpuRatios } from './cpu-ratio.ts';
import { isReadyForHints, withHints } from './slice-hints.ts';

/** The safeguard of topology-mode Auto that keeps hints away: the true cause, with its numbers. */
export type AutoGap =
  | NodeInfoGap
  | { readonly kind: 'fewer-endpoints-than-zones'; readonly endpoints: number; readonly zones: number }
  | {
      readonly kind: 'overload-threshold';
      readonly endpoints: number;
      readonly zones: number;
      /** The next number of endpoints that can be shared out with every zone within 20 % of its share. */
      readonly needed: number;
    }
  | { readonly kind: 'endpoint-without-zone'; readonly endpoints: number };

export type AutoHints =
  | { readonly kind: 'hints'; readonly slices: readonly EndpointSlice[] }
  | { readonly kind: 'none'; readonly gap: AutoGap };

interface Allocation {
  readonly maximum: number;
  readonly desired: number;
}

type Counts = Map<string, number>;

/** A zone's endpoints may carry this share of traffic more than an even split would give them. */
const OVERLOAD_THRESHOLD = 0.2;

/**
 * Hints in proportion to each zone's CPU (k8s.io/endpointslice topologycache AddHints, v0.37.1). Slices whose hints are
 * still possible keep them; the others start from their own zones and lend what is over. Which endpoint is lent follows
 * Go's map order upstream: only the counts per zone are a prediction.
 */
export function allocateAutoHints(slices: readonly EndpointSlice[], nodes: readonly Node[]): AutoHints {
  const ready = slices.flatMap(slice => slice.endpoints).filter(isReadyForHints);
  const allocations = allocate(ready.length, nodes);
  if ('gap' in allocations) return { kind: 'none', gap: allocations.gap };
  const allocated: Counts = new Map();
  const kept = new Set(slices.filter(slice => keepsItsHints(slice, allocated, allocations.byZone)));
  const rewritten = slices.filter(slice => !kept.has(slice));
  const zoneless = rewritten.flatMap(slice => slice.endpoints).filter(e => isReadyForHints(e) && e.zone === null);
  if (zoneless.length > 0) return { kind: 'none', gap: { kind: 'endpoint-without-zone', endpoints: zoneless.length } };
  const moved = redistribute(rewritten, allocated, allocations.byZone);
  let next = 0;
  return { kind: 'hints', slices: slices.map(slice => (kept.has(slice) ? slice : (moved[next++] ?? slice))) };
}

function allocate(
  endpoints: number,
  nodes: readonly Node[],
): { readonly gap: AutoGap } | { readonly byZone: ReadonlyMap<string, Allocation> } {
  const ratios = cpuRatios(nodes);
  if (ratios.kind === 'unknown') return { gap: ratios.gap };
  const zones = ratios.byZone.size;
  if (zones > endpoints) return { gap: { kind: 'fewer-endpoints-than-zones', endpoints, zones } };
  const desired = [...ratios.byZone].map(([zone, ratio]) => ({ zone, desired: ratio * endpoints }));
  const minimum = desired.map(d => leastOf(d.desired));
  const bound = minimum.reduce((sum, n) => sum + n, 0);
  if (bound > endpoints) {
    return {
      gap: { kind: 'overload-threshold', endpoints, zones, needed: enough([...ratios.byZone.values()], endpoints) },
    };
  }
  const byZone = new Map<string, Allocation>();
  desired.forEach((d, i) => {
    const least = minimum[i] ?? 0;
    byZone.set(d.zone, { maximum: least + endpoints - bound, desired: Math.max(d.desired, least) });
  });
  return { byZone };
}

function leastOf(desired: number): number {
  return Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)));
}

/** Each zone rounds up by less than one, so that six endpoints a zone are always enough. */
function enough(ratios: readonly number[], endpoints: number): number {
  const bound = (n: number) => ratios.reduce((sum, ratio) => sum + leastOf(ratio * n), 0);
  let n = endpoints + 1;
  while (n < 6 * ratios.length && bound(n) > n) n++;
  return n;
}

/** True, and counted into `allocated`, where the hints already on a slice are complete and within every zone's bounds. */
function keepsItsHints(slice: EndpointSlice, allocated: Counts, allocations: ReadonlyMap<string, Allocation>): boolean {
  const own: Counts = new Map();
  for (const endpoint of slice.endpoints) {
    if (!isReadyForHints(endpoint)) continue;
    if (!endpoint.hints || endpoint.hints.zones.length === 0) return false;
    for (const zone of endpoint.hints.zones) add(own, zone, 1);
  }
  for (const [zone, count] of own) {
    const allocation = allocations.get(zone);
    if (!allocation || count + (allocated.get(zone) ?? 0) > allocation.maximum) return false;
  }
  for (const [zone, count] of own) add(allocated, zone, count);
  return true;
}

function redistribute(
  slices: readonly EndpointSlice[],
  allocated: Counts,
  allocations: ReadonlyMap<string, Allocation>,
): readonly EndpointSlice[] {
  for (const endpoint of slices.flatMap(slice => slice.endpoints)) {
    if (isReadyForHints(endpoint)) add(allocated, endpoint.zone ?? '', 1);
  }
  const { giving, receiving } = exchange(allocated, allocations);
  return withHints(slices, endpoint => {
    if (!isReadyForHints(endpoint)) return endpoint.hints;
    const zone = endpoint.zone ?? '';
    const receiver = [...receiving].find(([, count]) => count > 0)?.[0];
    if (receiver === undefined || (giving.get(zone) ?? 0) === 0) return { zones: [zone], nodes: [] };
    add(giving, zone, -1);
    add(receiving, receiver, -1);
    return { zones: [receiver], nodes: [] };
  });
}

/** How many endpoints each zone lends and borrows (topologycache utils.go getGivingAndReceivingZones, v0.37.1). */
function exchange(
  allocated: Counts,
  allocations: ReadonlyMap<string, Allocation>,
): { readonly giving: Counts; readonly receiving: Counts } {
  const surplus: Counts = new Map();
  const lack: Counts = new Map();
  for (const [zone, { desired }] of allocations) {
    const difference = (allocated.get(zone) ?? 0) - desired;
    if (difference > 0) surplus.set(zone, difference);
    else if (difference < 0) lack.set(zone, -difference);
  }
  const giving: Counts = new Map();
  const receiving: Counts = new Map();
  for (;;) {
    const giver = most(surplus);
    const receiver = most(lack);
    if (!giver || !receiver || (giver.count < 1 && receiver.count < 1)) break;
    if (giver.count < 0.5 || receiver.count < 0.5) break;
    add(giving, giver.zone, 1);
    add(surplus, giver.zone, -1);
    add(receiving, receiver.zone, 1);
    add(lack, receiver.zone, -1);
  }
  return { giving, receiving };
}

function most(counts: Counts): { readonly zone: string; readonly count: number } | null {
  let best: { zone: string; count: number } | null = null;
  for (const [zone, count] of counts) if (count > (best?.count ?? 0)) best = { zone, count };
  return best;
}

function add(counts: Counts, zone: string, by: number): void {
  counts.set(zone, (counts.get(zone) ?? 0) + by);
}
