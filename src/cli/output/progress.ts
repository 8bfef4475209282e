/** Where progress is drawn: a terminal, as process.stderr is one. */
export interface Screen {
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line that says what is under way and goes away when it is done. */
export interface Progress {
  /** Asked only when there is something to draw, so that it may be called for every object. */
  show(text: () => string): void;
  /** Leaves an empty line, for whatever is printed next. */
  clear(): void;
}

export const NO_PROGRESS: Progress = { show() {}, clear() {} };

/** What takes less needs no explanation. */
const FIRST_AFTER_MILLIS = 1_000;
const REDRAW_MILLIS = 100;
const ERASE_LINE = '\r\u001b[K';

/** Draws nothing in the first second, nor where there is no terminal to draw on. */
export function startProgress(screen: Screen | undefined, now: () => number = () => performance.now()): Progress {
  if (!screen) return NO_PROGRESS;
  let nextAt = now() + FIRST_AFTER_MILLIS;
  let drawn = false;
  return {
    show(text) {
      const at = now();
      if (at < nextAt) return;
      nextAt = at + REDRAW_MILLIS;
      drawn = true;
      // A line that is as wide as the terminal would wrap, and only its end could be erased.
      screen.write(`${ERASE_LINE}${text().slice(0, (screen.columns || 80) - 1)}`);
    },
    clear() {
      if (drawn) screen.write(ERASE_LINE);
      drawn = false;
    },
  };
}
