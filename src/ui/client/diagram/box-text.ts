import { pluralForm } from '../../../model/plural.ts';
import type { ClientZone, EndpointZone } from './diagram.ts';
import { factorText, overloadLevel, pluralText } from './text.ts';

/** The lines above the names in a box. SVG text neither wraps nor is it clipped, so both are done here. */
export interface BoxHead {
  /** The name of the zone. */
  readonly title: readonly string[];
  readonly notes: readonly string[];
}

/** Pixels of a letter, at the widest of the usual system fonts. */
export const TITLE_LETTER_PX = 8.4;
export const NOTE_LETTER_PX = 6.9;

/** Names of zones have up to 63 characters; a file may contain longer ones. */
const MAX_TITLE_LINES = 7;

/** Splits a name into lines of this many pixels, behind a separator if there is one. */
export function wrapName(name: string, px: number, letterPx: number): readonly string[] {
  const room = Math.max(4, Math.floor(px / letterPx));
  const lines: string[] = [];
  let rest = name;
  while (rest.length > room && lines.length < MAX_TITLE_LINES - 1) {
    const at = lastSeparator(rest.slice(0, room)) + 1 || room;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...lines, rest.length > room ? `${rest.slice(0, room - 1)}…` : rest];
}

/** The index of the last separator in the second half; -1 without one. */
function lastSeparator(text: string): number {
  const at = Math.max(text.lastIndexOf('-'), text.lastIndexOf('.'), text.lastIndexOf(' '));
  return at >= text.length / 2 - 1 ? at : -1;
}

/** Shortens a name in its middle: names differ at their start (ip-10-0-7-3.eu…internal) or at their end (pool-a-7f9c). */
export function truncateToWidth(text: string, px: number): string {
  const room = Math.max(4, Math.floor(px / NOTE_LETTER_PX));
  if (text.length <= room) return text;
  const head = Math.ceil(((room - 1) * 2) / 3);
  return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`;
}

const SIDE_PADDING_PX = 26;
/** Space of `▲ ×2.5`. */
const FACTOR_PX = 62;

interface BoxSpace {
  readonly width: number;
  readonly isCompact: boolean;
}

/** A compact box names no nodes, but counts those that lose traffic. */
export function clientHead({ label, nodes, percent }: ClientZone, { width, isCompact }: BoxSpace): BoxHead {
  const title = wrapName(label, width - SIDE_PADDING_PX, TITLE_LETTER_PX);
  const isLeftOut = nodes.every(({ status }) => status === 'not-sent');
  const notes = [pluralText(nodes.length, 'node'), isLeftOut ? 'left out' : percent];
  if (!isCompact) return { title, notes: [notes.join(' · ')] };
  const losing = nodes.filter(({ status }) => status === 'loses').length;
  return { title, notes: losing > 0 ? [...notes, `✕ ${losing} ${pluralForm(losing, 'loses', 'lose')}`] : notes };
}

export function endpointHead(zone: EndpointZone, { width, isCompact }: BoxSpace): BoxHead {
  const beside = zone.factor === null || isCompact ? 0 : FACTOR_PX;
  const title = wrapName(zone.label, width - SIDE_PADDING_PX - beside, TITLE_LETTER_PX);
  const ready = pluralText(zone.endpoints.length, 'endpoint');
  const unready = zone.notReady > 0 ? [`${zone.notReady} not ready`] : [];
  if (!isCompact) return { title, notes: [`${[ready, ...unready].join(', ')} · ${zone.percent}`] };
  const factor = loadText(zone.factor);
  return { title, notes: [ready, ...unready, zone.percent, ...(factor === null ? [] : [factor])] };
}

/** `▲ ×2.5`: load relative to the average endpoint; `null` if it is unknown. */
export function loadText(factor: number | null): string | null {
  return overloadLevel(factor) === 'overload' ? `▲ ${factorText(factor)}` : factorText(factor);
}
