import { type FrameSize, LETTER_PX, linesOf } from '../table/row-height.ts';
import type { IndexedRow } from './filter.ts';
import { lostTexts } from './lost-text.ts';

/** Letters of the longest texts of all rows: the rows of a windowed table have one height. */
export interface LongestTexts {
  readonly name: number;
  readonly rule: number;
  readonly lost: number;
  /** Most lost traffic classes of one row. */
  readonly classes: number;
}

export function longestTexts(rows: readonly IndexedRow[]): LongestTexts {
  let [name, rule, lost, classes] = [0, 0, 0, 0];
  for (const { row, lost: nodes } of rows) {
    name = Math.max(name, row.namespace.length + row.name.length + row.type.length + 3);
    rule = Math.max(rule, (row.findings[0]?.rule.length ?? 0) + 12);
    // Most rows of a long list lose nothing.
    const texts = nodes > 0 ? lostTexts(row) : [];
    classes = Math.max(classes, texts.length);
    for (const text of texts) lost = Math.max(lost, text.nodes.length + text.name.length + LOST_BADGE_LETTERS);
  }
  return { name, rule, lost, classes };
}

const LINE_PX = 22;
const PADDING_PX = 22;
const CELL_PADDING_PX = 32;
/** The cross and the padding of the badge. */
const LOST_BADGE_LETTERS = 5;

/** A wider block has two columns. */
const GRID_FROM_PX = 600;

/** Computes with the widths of overview.css. */
export function rowHeight({ name, rule, lost, classes }: LongestTexts, { width, isStacked }: FrameSize): number {
  const isGrid = isStacked && width >= GRID_FROM_PX;
  const block = isGrid ? 0.5 : 1;
  const [nameShare, ruleShare, lostShare] = isStacked ? [block, block, block] : [0.34, 0.28, 0.24];
  const lines = (letters: number, px: number, share: number) => linesOf(letters, px, width * share - CELL_PADDING_PX);
  const names = lines(name, LETTER_PX.bold, nameShare);
  const rules = lines(rule, LETTER_PX.normal, ruleShare);
  const losts = Math.max(classes, 1) * lines(lost, LETTER_PX.small, lostShare);
  if (!isStacked) return PADDING_PX + Math.max(names, rules, losts) * LINE_PX;
  return PADDING_PX + (isGrid ? Math.max(names, rules) + losts : names + rules + losts + 1) * LINE_PX;
}
