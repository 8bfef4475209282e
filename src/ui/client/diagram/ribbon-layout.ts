import type { TrafficDiagram } from './diagram.ts';
import type { GroupedFlow, GroupedLoss } from './grouped-flows.ts';

/** A ribbon of constant thickness from one edge to another. */
export interface Ribbon<F> {
  readonly of: F;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly thickness: number;
}

interface Edge {
  readonly zone: { readonly key: string };
  readonly band: { readonly y: number };
}

interface Edges {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  readonly isCompact: boolean;
}

/** Minimum thickness of a ribbon, so that small flows stay visible. */
const MIN_RIBBON_PX = 1.5;
/** End of a loss ribbon, as a fraction of the distance to the endpoints. */
const LOSS_LENGTH = { full: 0.3, compact: 0.14 };

/** Orders the ribbons of an edge by the zone at their other end, so that few cross; losses are at the bottom. */
export function placeRibbons(
  { zones, flows, losses }: TrafficDiagram,
  { clients, endpoints }: { readonly clients: readonly Edge[]; readonly endpoints: readonly Edge[] },
  { from, to, scale, isCompact }: Edges,
): { readonly flows: readonly Ribbon<GroupedFlow>[]; readonly losses: readonly Ribbon<GroupedLoss>[] } {
  const leaving = new Map(clients.map(box => [box.zone.key, box.band.y]));
  const arriving = new Map(endpoints.map(box => [box.zone.key, box.band.y]));
  const rank = new Map(zones.map((key, i) => [key, i]));
  const place = (key: string) => rank.get(key) ?? 0;
  const sorted = flows.toSorted((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
  const ends = { x0: from, x1: to };
  const end = from + (to - from) * (isCompact ? LOSS_LENGTH.compact : LOSS_LENGTH.full);
  return {
    flows: sorted.map(of => {
      const height = of.share * scale;
      const [y0, y1] = [take(leaving, of.from, height), take(arriving, of.to, height)];
      return { of, ...ends, y0, y1, thickness: Math.max(height, MIN_RIBBON_PX) };
    }),
    losses: losses.map(of => {
      const height = of.share * scale;
      const y = take(leaving, of.from, height);
      return { of, x0: from, y0: y, x1: end, y1: y, thickness: Math.max(height, MIN_RIBBON_PX) };
    }),
  };
}

/** Centre of the next segment of an edge. */
function take(edges: Map<string, number>, key: string, height: number): number {
  const y = edges.get(key) ?? 0;
  edges.set(key, y + height);
  return y + height / 2;
}
