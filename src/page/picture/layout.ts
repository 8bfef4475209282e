import type { ClientNode, ClientZone, EndpointLoad, EndpointZone, GroupedFlow, GroupedLoss, Picture } from './model.ts';

/** One line of text within a box. */
export interface Line<T> {
  readonly y: number;
  /** What the line is about; `null` for "+37 more". */
  readonly of: T | null;
  readonly more: number;
}

export interface Box<Z, L> {
  readonly zone: Z;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the traffic leaves or arrives. */
  readonly band: { readonly y: number; readonly height: number };
  readonly lines: readonly Line<L>[];
}

/** A band of constant thickness from one edge to another. */
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

export const LINE = 19;
export const HEAD = 46;
const PADDING = 12;
const GAP = 20;
const MARGIN = 8;
/** Names of one zone that are listed before the rest is counted. */
const MOST_LINES = 5;
/** Nothing that flows is thinner than can be seen. */
const THINNEST = 1.5;

/** Boxes and ribbons in pixels, to one scale, for a picture of this width. */
export function layOut(picture: Picture, width: number): Layout {
  const boxWidth = Math.max(150, Math.min(250, Math.round(width * 0.26)));
  const zones = Math.max(picture.clientZones.length, picture.endpointZones.length);
  const scale = Math.max(200, Math.min(600, zones * 84));
  const column = { boxWidth, scale };
  const left = stack(picture.clientZones, { ...column, x: MARGIN, lines: zone => zone.nodes });
  const right = stack(picture.endpointZones, {
    ...column,
    x: width - MARGIN - boxWidth,
    lines: zone => zone.endpoints,
  });
  const height = Math.max(left.height, right.height, 120);
  const clients = left.boxes.map(box => lowered(box, (height - left.height) / 2));
  const endpoints = right.boxes.map(box => lowered(box, (height - right.height) / 2));
  return { width, height, clients, endpoints, ...ribbons(picture, { clients, endpoints, scale }) };
}

interface Column<Z, L> {
  readonly boxWidth: number;
  readonly scale: number;
  readonly x: number;
  lines(zone: Z): readonly L[];
}

function stack<Z extends { readonly share: number }, L>(
  zones: readonly Z[],
  { x, boxWidth, scale, lines }: Column<Z, L>,
): { readonly boxes: readonly Box<Z, L>[]; readonly height: number } {
  let y = MARGIN;
  const boxes = zones.map(zone => {
    const listed = linesOf(lines(zone), y + HEAD);
    const band = zone.share * scale;
    const height = Math.max(band + 2 * PADDING, HEAD + listed.length * LINE + PADDING / 2);
    const box = { zone, x, y, width: boxWidth, height, lines: listed };
    y += height + GAP;
    return { ...box, band: { y: box.y + (height - band) / 2, height: band } };
  });
  return { boxes, height: y - GAP + MARGIN };
}

function linesOf<L>(items: readonly L[], y: number): readonly Line<L>[] {
  const shown = items.length <= MOST_LINES + 1 ? items : items.slice(0, MOST_LINES);
  const lines = shown.map((of, i): Line<L> => ({ of, y: y + i * LINE, more: 0 }));
  const more = items.length - shown.length;
  return more > 0 ? [...lines, { of: null, y: y + lines.length * LINE, more }] : lines;
}

function lowered<Z, L>(box: Box<Z, L>, by: number): Box<Z, L> {
  return {
    ...box,
    y: box.y + by,
    band: { ...box.band, y: box.band.y + by },
    lines: box.lines.map(line => ({ ...line, y: line.y + by })),
  };
}

interface Placed {
  readonly clients: readonly Box<ClientZone, ClientNode>[];
  readonly endpoints: readonly Box<EndpointZone, EndpointLoad>[];
  readonly scale: number;
}

/** Ribbons leave and arrive in the order of the zones at their other end, so that few of them cross; losses leave below. */
function ribbons(picture: Picture, placed: Placed): Pick<Layout, 'flows' | 'losses'> {
  const { clients, endpoints, scale } = placed;
  const leaving = new Map(clients.map(box => [box.zone.key, box.band.y]));
  const arriving = new Map(endpoints.map(box => [box.zone.key, box.band.y]));
  const x0 = clients[0] ? clients[0].x + clients[0].width : 0;
  const x1 = endpoints[0]?.x ?? x0;
  const rank = (keys: readonly { readonly zone: { readonly key: string } }[]) =>
    new Map(keys.map(({ zone }, i) => [zone.key, i]));
  const [fromRank, toRank] = [rank(clients), rank(endpoints)];
  const order = (flow: GroupedFlow) => [fromRank.get(flow.from) ?? 0, toRank.get(flow.to) ?? 0] as const;
  const sorted = picture.flows.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
  const flows = sorted.map(of => {
    const height = of.share * scale;
    const middle = { y0: take(leaving, of.from, height), y1: take(arriving, of.to, height) };
    return { of, x0, x1, ...middle, thickness: Math.max(height, THINNEST) };
  });
  const end = x0 + (x1 - x0) * 0.3;
  const losses = picture.losses.map(of => {
    const y = take(leaving, of.from, of.share * scale);
    return { of, x0, y0: y, x1: end, y1: y, thickness: Math.max(of.share * scale, THINNEST) };
  });
  return { flows, losses };
}

/** The middle of the next stretch of an edge. */
function take(edges: Map<string, number>, key: string, height: number): number {
  const y = edges.get(key) ?? 0;
  edges.set(key, y + height);
  return y + height / 2;
}
