import { endpointCounts } from './endpoint-counts.ts';
import { pick, seeded } from './random.ts';
import type { Size } from './size.ts';

export const ZONES = ['zone-a', 'zone-b', 'zone-c', 'zone-d', 'zone-e'];
const NAMESPACES = 100;
/** Upper bound of endpoints per slice, the EndpointSlice controller's default. */
export const SLICE_ENDPOINTS = 100;

export interface Place {
  readonly node: string;
  readonly zone: string;
}

/** A Service as created by the suite, and the content of its slices. */
export interface Member {
  readonly namespace: string;
  readonly name: string;
  readonly index: number;
  readonly endpoints: number;
}

/** The names of all created objects; the objects themselves are built in `objects.ts`. */
export interface World {
  readonly places: readonly Place[];
  readonly namespaces: readonly string[];
  readonly members: readonly Member[];
  readonly random: () => number;
}

/** Returns an equal world for an equal size. */
export function planWorld(size: Size): World {
  const random = seeded(20_260);
  const places = Array.from({ length: size.nodes }, (_, index) => ({
    node: `node-${String(index).padStart(4, '0')}`,
    zone: pick(ZONES, random),
  }));
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `team-${String(index).padStart(2, '0')}`);
  const members = endpointCounts(size).map((endpoints, index) => ({
    namespace: namespaces[index % NAMESPACES] ?? '',
    name: `service-${String(index).padStart(5, '0')}`,
    index,
    endpoints,
  }));
  return { places, namespaces, members, random };
}
