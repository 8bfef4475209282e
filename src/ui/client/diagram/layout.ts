import { type BoxHead, clientHead, endpointHead, NOTE_LETTER_PX } from './box-text.ts';
import type { ClientNode, ClientZone, EndpointLoad, EndpointZone, TrafficDiagram } from './diagram.ts';
import type { GroupedFlow, GroupedLoss } from './grouped-flows.ts';
import { placeRibbons, type Ribbon } from './ribbon-layout.ts';

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
  readonly head: BoxHead;
  /** The edge where traffic leaves or arrives. */
  readonly band: { readonly y: number; readonly height: number };
  readonly lines: readonly BoxLine<L>[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** True if there is no space for names of nodes. */
  readonly isCompact: boolean;
  readonly clients: readonly Box<ClientZone, ClientNode>[];
  readonly endpoints: readonly Box<EndpointZone, EndpointLoad>[];
  readonly flows: readonly Ribbon<GroupedFlow>[];
  readonly losses: readonly Ribbon<GroupedLoss>[];
}

export const LINE_HEIGHT_PX = 19;
export const TITLE_HEIGHT_PX = 18;
export const NOTE_HEIGHT_PX = 17;
const PADDING = 12;
const GAP = 20;
const MARGIN_PX = 1;
/** Names listed per zone; the rest is counted. */
const MAX_LINES = 5;
/** A narrower diagram is compact. */
const COMPACT_BELOW_PX = 560;

/**
 * Places boxes and ribbons, in pixels and to one scale, in a diagram of this width. Flows within a zone are horizontal.
 */
export function layoutDiagram(picture: TrafficDiagram, width: number): Layout {
  const isCompact = width < COMPACT_BELOW_PX;
  const boxWidth = isCompact ? Math.round(Math.max(96, width * 0.335)) : fullBoxWidth(picture, width);
  const space = { width: boxWidth, isCompact };
  const scale = Math.max(200, Math.min(600, picture.zones.length * 84));
  const left = { x: MARGIN_PX, width: boxWidth, scale };
  const right = { ...left, x: width - MARGIN_PX - boxWidth };
  const clients: Box<ClientZone, ClientNode>[] = [];
  const endpoints: Box<EndpointZone, EndpointLoad>[] = [];
  let y = MARGIN_PX;
  for (const key of picture.zones) {
    const client = contentOf(picture.clientZones, key, zone => ({
      head: clientHead(zone, space),
      items: isCompact ? [] : zone.nodes,
    }));
    const endpoint = contentOf(picture.endpointZones, key, zone => ({
      head: endpointHead(zone, space),
      items: isCompact ? [] : zone.endpoints,
    }));
    const height = Math.max(heightOf(client, scale), heightOf(endpoint, scale));
    if (client) clients.push(boxOf(client, { ...left, y, height }));
    if (endpoint) endpoints.push(boxOf(endpoint, { ...right, y, height }));
    y += height + GAP;
  }
  const edges = { from: left.x + boxWidth, to: right.x, scale, isCompact };
  const ribbons = placeRibbons(picture, { clients, endpoints }, edges);
  return { width, height: y - GAP + MARGIN_PX, isCompact, clients, endpoints, ...ribbons };
}

/** Wide enough for the longest name that is listed, within limits. */
function fullBoxWidth({ clientZones, endpointZones }: TrafficDiagram, width: number): number {
  const listed = [
    ...clientZones.flatMap(({ nodes }) => nodes.slice(0, MAX_LINES + 1).map(({ name }) => name)),
    ...endpointZones.flatMap(({ endpoints }) =>
      endpoints.slice(0, MAX_LINES + 1).map(({ node, name }) => node ?? name),
    ),
  ];
  const longest = listed.reduce((most, { length }) => Math.max(most, length), 0);
  const wanted = longest * NOTE_LETTER_PX + 74;
  return Math.round(Math.max(136, Math.min(width * 0.26, 250), Math.min(wanted, width * 0.36)));
}

interface Content<Z, L> {
  readonly zone: Z;
  readonly head: BoxHead;
  readonly items: readonly L[];
}

function contentOf<Z extends { readonly key: string }, L>(
  zones: readonly Z[],
  key: string,
  textOf: (zone: Z) => Omit<Content<Z, L>, 'zone'>,
): Content<Z, L> | null {
  const zone = zones.find(each => each.key === key);
  return zone ? { zone, ...textOf(zone) } : null;
}

function headHeight({ title, notes }: BoxHead): number {
  return 10 + title.length * TITLE_HEIGHT_PX + notes.length * NOTE_HEIGHT_PX;
}

function heightOf(content: Content<{ readonly share: number }, unknown> | null, scale: number): number {
  if (!content) return 0;
  const { zone, head, items } = content;
  const lines = Math.min(items.length, MAX_LINES + 1);
  return Math.max(zone.share * scale + 2 * PADDING, headHeight(head) + lines * LINE_HEIGHT_PX + PADDING / 2);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

function boxOf<Z extends { readonly share: number }, L>({ zone, head, items }: Content<Z, L>, place: Place): Box<Z, L> {
  const { x, y, width, height, scale } = place;
  const band = zone.share * scale;
  const lines = linesOf(items, y + headHeight(head));
  return { zone, x, y, width, height, head, lines, band: { y: y + (height - band) / 2, height: band } };
}

function linesOf<L>(items: readonly L[], y: number): readonly BoxLine<L>[] {
  const shown = items.length <= MAX_LINES + 1 ? items : items.slice(0, MAX_LINES);
  const lines = shown.map((of, i): BoxLine<L> => ({ of, y: y + i * LINE_HEIGHT_PX, more: 0 }));
  const more = items.length - shown.length;
  return more > 0 ? [...lines, { of: null, y: y + lines.length * LINE_HEIGHT_PX, more }] : lines;
}
