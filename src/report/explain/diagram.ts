import { plural } from '../../model/plural.ts';
import { percent } from '../percent.ts';
import { printable } from '../printable.ts';
import type { SenderFlow, SenderGroup } from './sender-groups.ts';
import { type ExplainStyle, styled } from './style.ts';

interface Glyphs {
  /** Arrows of a sender with one flow, and of the first, the middle and the last of several. */
  readonly arrows: readonly [string, string, string, string];
  readonly full: string;
  /** One to seven eighths of a cell. */
  readonly eighths: readonly string[];
  readonly lost: string;
  readonly more: string;
}

const BLOCKS: Glyphs = {
  arrows: ['──→', '─┬→', ' ├→', ' └→'],
  full: '█',
  eighths: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
  lost: '░',
  more: '…',
};
const ASCII: Glyphs = { arrows: ['-->', '-+>', ' +>', ' +>'], full: '#', eighths: [], lost: '.', more: '~' };

const DEFAULT_COLUMNS = 100;
/** Names of zones have up to 63 characters. */
const MAX_LABEL_COLUMNS = 32;
const [MIN_BAR_WIDTH, MAX_BAR_WIDTH] = [10, 40];
/** A diagram must fit on one screen. */
const MAX_ROWS = 24;

interface Row {
  readonly from: string;
  readonly arrow: string;
  readonly to: string;
  readonly flow: SenderFlow;
}

/** Draws zones of senders on the left, zones of endpoints on the right, and bars to one scale. */
export function renderDiagram(
  sources: readonly SenderGroup[],
  style: ExplainStyle,
  percentOf: (share: number) => string = percent,
): readonly string[] {
  const glyphs = style.ascii ? ASCII : BLOCKS;
  const all = sources.flatMap(source => rowsOf(source, { glyphs, alone: sources.length === 1 }));
  const rows = style.allNodes ? all : all.slice(0, MAX_ROWS);
  const width = (pick: (row: Row) => string) => Math.max(0, ...rows.map(row => pick(row).length));
  const [from, to] = [width(row => row.from), width(row => row.to)];
  const room = (style.columns ?? DEFAULT_COLUMNS) - (4 + from + 1 + 3 + 1 + to + 2 + ' 100 %'.length);
  const bar = Math.min(MAX_BAR_WIDTH, Math.max(MIN_BAR_WIDTH, room));
  const lines = rows.map(row => {
    const drawn = `${row.arrow} ${row.to.padEnd(to)}  ${barOf(row.flow, bar, glyphs)} ${percentOf(row.flow.share)}`;
    const isLost = row.flow.verdict !== 'forward';
    return `    ${row.from.padEnd(from)} ${isLost ? styled(style, 'red', drawn) : drawn}`;
  });
  const rest = all.slice(rows.length);
  if (rest.length === 0) return lines;
  const share = rest.reduce((sum, { flow }) => sum + flow.share, 0);
  return [...lines, `    and ${rest.length} more, ${percentOf(share)} together; --nodes shows all`];
}

function rowsOf(
  { zones, nodes, flows }: SenderGroup,
  { glyphs, alone }: { readonly glyphs: Glyphs; readonly alone: boolean },
): readonly Row[] {
  const [only, first, middle, last] = glyphs.arrows;
  const names = alone && zones.length > 1 ? 'all zones' : zones.map(zone => zone ?? 'no zone').join(', ');
  const from = `${truncateLabel(names, glyphs)}, ${plural(nodes, 'node')}`;
  return flows.map((flow, i) => ({
    from: i === 0 ? from : '',
    arrow: flows.length === 1 ? only : i === 0 ? first : i < flows.length - 1 ? middle : last,
    to: targetOf(flow, glyphs),
    flow,
  }));
}

function targetOf({ verdict, zone, endpoints }: SenderFlow, glyphs: Glyphs): string {
  switch (verdict) {
    case 'drop':
      return 'DROPPED';
    case 'reject':
      return 'REFUSED';
    case 'unknown':
      return 'UNKNOWN';
    case 'forward':
      return `${truncateLabel(zone ?? 'no zone', glyphs)}, ${plural(endpoints, 'endpoint')}`;
    default:
      return verdict satisfies never;
  }
}

/** A share above zero gets at least the smallest block. */
function barOf({ verdict, share }: SenderFlow, width: number, { full, eighths, lost }: Glyphs): string {
  const cells = share * width;
  if (verdict !== 'forward') return lost.repeat(Math.max(1, Math.round(cells)));
  if (eighths.length === 0) return full.repeat(Math.max(1, Math.round(cells)));
  const parts = Math.max(1, Math.round(cells * 8));
  return full.repeat(Math.floor(parts / 8)) + (eighths[(parts % 8) - 1] ?? '');
}

function truncateLabel(text: string, { more }: Glyphs): string {
  const shown = printable(text);
  return shown.length > MAX_LABEL_COLUMNS ? `${shown.slice(0, MAX_LABEL_COLUMNS - 1)}${more}` : shown;
}
