import type { NodeInfoFailure } from './cpu-ratio.ts';
import type { NodeSet } from './node-set.ts';

/** Why a safeguard of topology-mode Auto prevents hints, with numbers. */
export type SafeguardFailure =
  | NodeInfoFailure
  | TooFewEndpoints
  | { readonly kind: 'endpoint-without-zone'; readonly endpoints: number };

interface TooFewEndpoints {
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
  | { readonly kind: 'gap'; readonly gap: SafeguardFailure }
  | { readonly kind: 'allocations'; readonly byZone: ReadonlyMap<string, Allocation> };

/** A zone's endpoints may carry this fraction more traffic than an even split would give them. */
const OVERLOAD_THRESHOLD = 0.2;

/** Divides ready endpoints among the zones by CPU (k8s.io/endpointslice topologycache getAllocations, v0.37.1). */
export function allocateByCpu(endpoints: number, nodes: NodeSet): Allocations {
  const ratios = nodes.cpuRatios;
  if (ratios.kind === 'unknown') return { kind: 'gap', gap: ratios.failure };
  const shares = [...ratios.byZone.values()];
  const zones = shares.length;
  const tooFew = insufficiencyKind(endpoints, shares);
  if (tooFew)
    return { kind: 'gap', gap: { kind: tooFew, endpoints, zones, needed: nextSufficientCount(endpoints, shares) } };
  const spare = endpoints - minimumTotal(endpoints, shares);
  const byZone = new Map<string, Allocation>();
  for (const [zone, share] of ratios.byZone) {
    const least = minimumEndpoints(share * endpoints);
    byZone.set(zone, { maximum: least + spare, desired: Math.max(share * endpoints, least) });
  }
  return { kind: 'allocations', byZone };
}

/** True if this number of endpoints gets hints, provided that all of them have a zone. */
export function isEnoughForHints(endpoints: number, nodes: NodeSet): boolean {
  return allocateByCpu(endpoints, nodes).kind === 'allocations';
}

function insufficiencyKind(endpoints: number, shares: readonly number[]): TooFewEndpoints['kind'] | null {
  if (shares.length > endpoints) return 'fewer-endpoints-than-zones';
  return minimumTotal(endpoints, shares) > endpoints ? 'overload-threshold' : null;
}

/** Each zone rounds up by less than one, so six endpoints per zone are always enough. */
function nextSufficientCount(endpoints: number, shares: readonly number[]): number {
  let n = endpoints + 1;
  while (n < 6 * shares.length && insufficiencyKind(n, shares) !== null) n++;
  return n;
}

function minimumTotal(endpoints: number, shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + minimumEndpoints(share * endpoints), 0);
}

function minimumEndpoints(desired: number): number {
  return Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)));
}
