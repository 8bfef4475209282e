import { MAX_REASON_LETTERS } from '../../../report/reason-text.ts';
import { type FrameSize, LETTER_PX, linesOf } from '../table/row-height.ts';

const LINE_PX = 20;
const PADDING_PX = 14;
const CELL_PADDING_PX = 32;
/** Letters of `not a client node` with a zone. */
const NOTE_LETTERS = 48;
/** Must match the widths of the columns in nodes.css. */
const [OWN_PX, DRAIN_PX, NODE_SHARE] = [130, 110, 0.26];

interface NodeTexts {
  /** Letters of the longest name. */
  readonly name: number;
  /** Number of traffic classes. */
  readonly classes: number;
}

export function nodeRowHeight({ name, classes }: NodeTexts, { width, isStacked }: FrameSize): number {
  const nodePx = (isStacked ? width - DRAIN_PX : width * NODE_SHARE) - CELL_PADDING_PX;
  const routePx = isStacked ? width : (width * (1 - NODE_SHARE) - OWN_PX - DRAIN_PX) / Math.max(1, classes);
  const node = linesOf(name, LETTER_PX.bold, nodePx) + linesOf(NOTE_LETTERS, LETTER_PX.small, nodePx);
  const route = 1 + linesOf(MAX_REASON_LETTERS, LETTER_PX.small, routePx - CELL_PADDING_PX);
  const lines = isStacked ? node + 1 + classes * route : Math.max(node, route);
  return PADDING_PX + lines * LINE_PX;
}
