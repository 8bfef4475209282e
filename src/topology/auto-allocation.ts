import type { NodeInfoGap } from './cpu-ratio.ts';
import type { NodeSet } from './node-set.ts';

/** Why a safeguard of topology-mode Auto prevents hints, with numbers. */
export type AutoGap = NodeInfoGap | TooFew | { readonly kind: 'endpoint-without-zone'; readonly endpoints: number };

interface TooFew {
  readonly kind: 'fewer-endpoints-than-zones' | 'overload-threshold';
  readonly endpoints: number;
  readonly zones: number;
  /** The next number of endpoints that can be divided with every zone within 20 % of its share. */
  readonly needed: number;
}

/** The number of endpoints that a zone should get, and its maximum. */
export interface Allocation {
  readonly maximum: number;
  readonly desired: number;
}

export type Allocations =
  | { readonly kind: 'gap'; readonly gap: AutoGap }
  | { readonly kind: 'allocations'; readonly byZone: ReadonlyMap<string, Allocation> };

/** A zone's endpoints may carry this fraction more traffic than an even split would give them. */
const OVERLOAD_THRESHOLD = 0.2;

/** Divides ready endpoints among the zones by CPU (k8s.io/endpointslice topologycache getAllocations, v0.37.1). */
export function allocateByCpu(endpoints: number, nodes: NodeSet): Allocations {
  const ratios = nodes.cpuRatios;
  if (ratios.kind === 'unknown') return { kind: 'gap', gap: ratios.gap };
  const shares = [...ratios.byZone.values()];
  const zones = shares.length;
  const tooFew = whyTooFew(endpoints, shares);
  if (tooFew) return { kind: 'gap', gap: { kind: tooFew, endpoints, zones, needed: next(endpoints, shares) } };
  const spare = endpoints - leastTotal(endpoints, shares);
  const byZone = new Map<string, Allocation>();
  for (const [zone, share] of ratios.byZone) {
    const least = leastOf(share * endpoints);
    byZone.set(zone, { maximum: least + spare, desired: Math.max(share * endpoints, least) });
  }
  return { kind: 'allocations', byZone };
}

/** True if this number of endpoints gets hints, provided that all of them have a zone. */
export function sufficeForHints(endpoints: number, nodes: NodeSet): boolean {
  return allocateByCpu(endpoints, nodes).kind === 'allocations';
}

function whyTooFew(endpoints: number, shares: readonly number[]): TooFew['kind'] | null {
  if (shares.length > endpoints) return 'fewer-endpoints-than-zones';
  return leastTotal(endpoints, shares) > endpoints ? 'overload-threshold' : null;
}

/** Each zone rounds up by less than one, so six endpoints per zone are always enough. */
function next(endpoints: number, shares: readonly number[]): number {
  let n = endpoints + 1;
  while (n < 6 * shares.length && whyTooFew(n, shares) !== null) n++;
  return n;
}

function leastTotal(endpoints: number, shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + leastOf(share * endpoints), 0);
}

function leastOf(desired: number): number {
  return Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)));
}
