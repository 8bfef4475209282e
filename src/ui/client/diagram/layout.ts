import type { ClientNode, ClientZone, EndpointLoad, EndpointZone, TrafficDiagram } from './diagram.ts';
import type { GroupedFlow, GroupedLoss } from './grouped-flows.ts';

/** One line of text in a box. */
export interface BoxLine<T> {
  readonly y: number;
  /** The object shown by the line; `null` for "+37 more". */
  readonly of: T | null;
  readonly more: number;
}

export interface Box<Z, L> {
  readonly zone: Z;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The edge where traffic leaves or arrives. */
  readonly band: { readonly y: number; readonly height: number };
  readonly lines: readonly BoxLine<L>[];
}

/** A ribbon of constant thickness from one edge to another. */
export interface Ribbon<F> {
  readonly of: F;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly thickness: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly clients: readonly Box<ClientZone, ClientNode>[];
  readonly endpoints: readonly Box<EndpointZone, EndpointLoad>[];
  readonly flows: readonly Ribbon<GroupedFlow>[];
  readonly losses: readonly Ribbon<GroupedLoss>[];
}

export const LINE_HEIGHT_PX = 19;
export const HEADER_HEIGHT_PX = 46;
const PADDING = 12;
const GAP = 20;
const MARGIN_PX = 8;
/** Names listed per zone; the rest is counted. */
const MAX_LINES = 5;
/** Minimum thickness of a ribbon, so that small flows stay visible. */
const MIN_RIBBON_PX = 1.5;
/** End of a loss ribbon, as a fraction of the distance to the endpoints. */
const LOSS_LENGTH = 0.3;

/**
 * Places boxes and ribbons, in pixels and to one scale, in a diagram of this width. Flows within a zone are horizontal.
 */
export function layoutDiagram(picture: TrafficDiagram, width: number): Layout {
  const boxWidth = Math.max(136, Math.min(250, Math.round(width * 0.26)));
  const scale = Math.max(200, Math.min(600, picture.zones.length * 84));
  const left = { x: MARGIN_PX, width: boxWidth, scale };
  const right = { ...left, x: width - MARGIN_PX - boxWidth };
  const clients: Box<ClientZone, ClientNode>[] = [];
  const endpoints: Box<EndpointZone, EndpointLoad>[] = [];
  let y = MARGIN_PX;
  for (const key of picture.zones) {
    const client = picture.clientZones.find(zone => zone.key === key);
    const endpoint = picture.endpointZones.find(zone => zone.key === key);
    const height = Math.max(
      client ? heightOf(client.share * scale, client.nodes.length) : 0,
      endpoint ? heightOf(endpoint.share * scale, endpoint.endpoints.length) : 0,
    );
    if (client) clients.push(boxOf(client, client.nodes, { ...left, y, height }));
    if (endpoint) endpoints.push(boxOf(endpoint, endpoint.endpoints, { ...right, y, height }));
    y += height + GAP;
  }
  const edges = { from: left.x + boxWidth, to: right.x, scale };
  return { width, height: y - GAP + MARGIN_PX, clients, endpoints, ...ribbons(picture, { clients, endpoints }, edges) };
}

function heightOf(band: number, items: number): number {
  const lines = items <= MAX_LINES + 1 ? items : MAX_LINES + 1;
  return Math.max(band + 2 * PADDING, HEADER_HEIGHT_PX + lines * LINE_HEIGHT_PX + PADDING / 2);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

function boxOf<Z extends { readonly share: number }, L>(zone: Z, items: readonly L[], place: Place): Box<Z, L> {
  const { x, y, width, height, scale } = place;
  const band = zone.share * scale;
  const lines = linesOf(items, y + HEADER_HEIGHT_PX);
  return { zone, x, y, width, height, lines, band: { y: y + (height - band) / 2, height: band } };
}

function linesOf<L>(items: readonly L[], y: number): readonly BoxLine<L>[] {
  const shown = items.length <= MAX_LINES + 1 ? items : items.slice(0, MAX_LINES);
  const lines = shown.map((of, i): BoxLine<L> => ({ of, y: y + i * LINE_HEIGHT_PX, more: 0 }));
  const more = items.length - shown.length;
  return more > 0 ? [...lines, { of: null, y: y + lines.length * LINE_HEIGHT_PX, more }] : lines;
}

/** Orders the ribbons of an edge by the zone at their other end, so that few cross; losses are at the bottom. */
function ribbons(
  { zones, flows, losses }: TrafficDiagram,
  { clients, endpoints }: Pick<Layout, 'clients' | 'endpoints'>,
  { from, to, scale }: { readonly from: number; readonly to: number; readonly scale: number },
): Pick<Layout, 'flows' | 'losses'> {
  const leaving = new Map(clients.map(box => [box.zone.key, box.band.y]));
  const arriving = new Map(endpoints.map(box => [box.zone.key, box.band.y]));
  const rank = new Map(zones.map((key, i) => [key, i]));
  const place = (key: string) => rank.get(key) ?? 0;
  const sorted = flows.toSorted((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
  const ends = { x0: from, x1: to };
  const end = from + (to - from) * LOSS_LENGTH;
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
