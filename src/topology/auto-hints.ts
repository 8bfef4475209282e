import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Allocation, SafeguardFailure } from './auto-allocation.ts';
import { allocateByCpu } from './auto-allocation.ts';
import type { NodeSet } from './node-set.ts';
import { isReadyForHints, withHints } from './slice-hints.ts';

export type AutoHints =
  | { readonly kind: 'hints'; readonly slices: readonly EndpointSlice[] }
  | { readonly kind: 'none'; readonly gap: SafeguardFailure };

type Counts = Map<string, number>;

/**
 * Assigns hints in proportion to each zone's CPU (k8s.io/endpointslice topologycache AddHints, v0.37.1). Slices whose hints
 * are still valid keep them; endpoints of the others start in their own zone, and surplus ones are lent to other zones.
 * Upstream lends them in Go's map order, so only the counts per zone are a prediction.
 */
export function allocateAutoHints(slices: readonly EndpointSlice[], nodes: NodeSet): AutoHints {
  const ready = slices.flatMap(slice => slice.endpoints).filter(isReadyForHints);
  const allocations = allocateByCpu(ready.length, nodes);
  if (allocations.kind === 'gap') return { kind: 'none', gap: allocations.gap };
  const allocated: Counts = new Map();
  const kept = new Set(slices.filter(slice => keepsHints(slice, allocated, allocations.byZone)));
  const rewritten = slices.filter(slice => !kept.has(slice));
  const zoneless = rewritten.flatMap(slice => slice.endpoints).filter(e => isReadyForHints(e) && e.zone === null);
  if (zoneless.length > 0) return { kind: 'none', gap: { kind: 'endpoint-without-zone', endpoints: zoneless.length } };
  const moved = redistribute(rewritten, allocated, allocations.byZone);
  let next = 0;
  return { kind: 'hints', slices: slices.map(slice => (kept.has(slice) ? slice : (moved[next++] ?? slice))) };
}

/** True if the hints on a slice are complete and within every zone's maximum. They are then added to `allocated`. */
function keepsHints(slice: EndpointSlice, allocated: Counts, allocations: ReadonlyMap<string, Allocation>): boolean {
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
  const { giving, receiving } = zoneTransfers(allocated, allocations);
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

/** The number of endpoints that each zone lends and borrows (topologycache utils.go getGivingAndReceivingZones, v0.37.1). */
function zoneTransfers(
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
    const giver = largestCount(surplus);
    const receiver = largestCount(lack);
    if (!giver || !receiver || (giver.count < 1 && receiver.count < 1)) break;
    if (giver.count < 0.5 || receiver.count < 0.5) break;
    add(giving, giver.zone, 1);
    add(surplus, giver.zone, -1);
    add(receiving, receiver.zone, 1);
    add(lack, receiver.zone, -1);
  }
  return { giving, receiving };
}

function largestCount(counts: Counts): { readonly zone: string; readonly count: number } | null {
  let best: { zone: string; count: number } | null = null;
  for (const [zone, count] of counts) if (count > (best?.count ?? 0)) best = { zone, count };
  return best;
}

function add(counts: Counts, zone: string, by: number): void {
  counts.set(zone, (counts.get(zone) ?? 0) + by);
}
