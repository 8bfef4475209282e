import { printable } from '../../report/printable.ts';

/** The terminal on which progress is drawn, such as process.stderr. */
export interface Screen {
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line about the work in progress, erased at the end. */
export interface Progress {
  /** Cheap enough for every object: `text` is called only when the line is drawn. */
  show(text: () => string): void;
  /** Erases the line. */
  clear(): void;
}

export const NO_PROGRESS: Progress = { show() {}, clear() {} };

/** Shorter work shows no progress. */
const INITIAL_DELAY_MS = 1_000;
const REDRAW_INTERVAL_MS = 100;
const ERASE_LINE = '\r\u001b[K';

/** Draws nothing in the first second, or without a terminal. */
export function startProgress(screen: Screen | undefined, now: () => number = () => performance.now()): Progress {
  if (!screen) return NO_PROGRESS;
  let nextAt = now() + INITIAL_DELAY_MS;
  let drawn = false;
  return {
    show(text) {
      const at = now();
      if (at < nextAt) return;
      nextAt = at + REDRAW_INTERVAL_MS;
      drawn = true;
      // A line as wide as the terminal would wrap, and only its end could be erased.
      screen.write(`${ERASE_LINE}${printable(text()).slice(0, (screen.columns || 80) - 1)}`);
    },
    clear() {
      if (drawn) screen.write(ERASE_LINE);
      drawn = false;
    },
  };
}
