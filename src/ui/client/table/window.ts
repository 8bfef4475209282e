/** The rows that are worth drawing. */
export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  /** Pixels that stand for the rows before and after. */
  readonly before: number;
  readonly after: number;
}

export interface Viewport {
  readonly rows: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly height: number;
}

/** Rows beyond the edge, so that scrolling and the Tab key find the next one there. */
const BEYOND = 8;

export function windowOf({ rows, rowHeight, scrollTop, height }: Viewport): RowWindow {
  const visible = Math.ceil(height / rowHeight) + 1;
  const top = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), rows - visible));
  const first = Math.max(0, top - BEYOND);
  const end = Math.min(rows, top + visible + BEYOND);
  return { first, end, before: first * rowHeight, after: (rows - end) * rowHeight };
}

/** Where to scroll so that the row is seen whole; as little as possible. */
export function scrollFor(row: number, { rowHeight, scrollTop, height }: Viewport): number {
  if (row * rowHeight < scrollTop) return row * rowHeight;
  return Math.max(scrollTop, (row + 1) * rowHeight - height);
}

/** The row to which a key leads from another one, `null` for keys that lead nowhere. */
export function rowAfterKey(key: string, row: number, { rows, rowHeight, height }: Viewport): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const to = steps[key];
  return to === undefined || rows === 0 ? null : Math.max(0, Math.min(rows - 1, to));
}
