import type { Random } from '../random.ts';
import type { RawHints, RawNode, RawSlice } from './objects.ts';

export interface Among {
  readonly nodes: readonly RawNode[];
  readonly zones: readonly string[];
  readonly minor: number;
}

/** First minor version whose API has `hints.forNodes`. */
const FOR_NODES_MINOR = 33;

/** Arbitrary hints, also for unknown zones and nodes, and for the zone '', which the controller writes up to 1.32. */
export function randomHints(random: Random, slices: readonly RawSlice[], among: Among): void {
  const { nodes, zones, minor } = among;
  const density = random.pick([0.5, 0.9, 1]);
  const withNodes = minor < FOR_NODES_MINOR ? 0 : random.pick([0, 0.5, 1]);
  for (const endpoint of slices.flatMap(slice => slice.endpoints)) {
    if (!random.chance(density)) continue;
    const hints: RawHints = {};
    if (!random.chance(0.1)) hints.forZones = some(random, [...zones, ...zones, 'zone-gone', '']);
    if (random.chance(withNodes))
      hints.forNodes = some(random, [...nodes.map(node => node.metadata.name), 'node-gone']);
    endpoint.hints = hints;
  }
}

function some(random: Random, names: readonly string[]): { name: string }[] {
  const count = random.weighted([
    [10, 1],
    [2, 2],
    [0.5, 0],
  ]);
  const chosen = new Set(Array.from({ length: count }, () => random.pick(names)));
  return [...chosen].map(name => ({ name }));
}
