/** The frame of a table. */
export interface FrameSize {
  readonly width: number;
  readonly isStacked: boolean;
}

/** Widths of letters in pixels, at the widest of the usual system fonts. */
export const LETTER_PX = { normal: 7.8, bold: 8.8, small: 7 } as const;

/** Upper bound of the lines of one text: a file may contain names of any length. */
const MAX_LINES = 6;

/** The number of lines of a text that wraps at this width. */
export function linesOf(letters: number, letterPx: number, widthPx: number): number {
  const perLine = Math.max(8, Math.floor(widthPx / letterPx));
  return Math.max(1, Math.min(MAX_LINES, Math.ceil(letters / perLine)));
}
