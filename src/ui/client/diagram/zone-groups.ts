import type { Zone } from '../../../topology/zone-flows.ts';

/** More zones than this share the last box, as do their flows. */
const MAX_ZONES = 12;

export interface ZoneGroup {
  readonly key: string;
  readonly label: string;
}

export interface ZoneGroups {
  /** In drawing order. */
  readonly all: readonly ZoneGroup[];
  keyOf(zone: Zone): string;
}

const NO_ZONE: ZoneGroup = { key: 'none', label: 'no zone' };

/**
 * Zones by name, then one group of the smallest beyond MAX_ZONES, then "no zone". A zone's size is how often it occurs
 * in `named`.
 */
export function groupZones(named: readonly Zone[]): ZoneGroups {
  const counts = new Map<Zone, number>();
  for (const zone of named) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  const hasNone = counts.delete(null);
  const bySize = [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b)).map(([zone]) => zone);
  const kept = bySize.slice(0, bySize.length > MAX_ZONES ? MAX_ZONES - 1 : MAX_ZONES).sort(compare);
  const rest = bySize.length - kept.length;
  const own = kept.map((zone): ZoneGroup => ({ key: `zone:${zone}`, label: zone ?? '' }));
  const known = new Set(kept);
  return {
    all: [...own, ...(rest > 0 ? [{ key: 'rest', label: `${rest} more zones` }] : []), ...(hasNone ? [NO_ZONE] : [])],
    keyOf: zone => (zone === null ? NO_ZONE.key : known.has(zone) ? `zone:${zone}` : 'rest'),
  };
}

function compare(a: Zone, b: Zone): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
