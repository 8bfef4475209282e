/** The range of rows to render. */
export interface RowWindow {
  readonly first: number;
  /** Index after the last row. */
  readonly end: number;
  /** Height in pixels of the rows before and after the range. */
  readonly before: number;
  readonly after: number;
}

export interface Viewport {
  readonly rows: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly height: number;
}

/** Extra rows rendered beyond each edge, for smooth scrolling and for the Tab key. */
const OVERSCAN_ROWS = 8;

export function visibleRows({ rows, rowHeight, scrollTop, height }: Viewport): RowWindow {
  const visible = Math.ceil(height / rowHeight) + 1;
  const top = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), rows - visible));
  const first = Math.max(0, top - OVERSCAN_ROWS);
  const end = Math.min(rows, top + visible + OVERSCAN_ROWS);
  return { first, end, before: first * rowHeight, after: (rows - end) * rowHeight };
}

/** All rows of a table that is rendered in full. */
export function allRows(rows: number): RowWindow {
  return { first: 0, end: rows, before: 0, after: 0 };
}

/** The smallest scroll position change that makes the whole row visible. */
export function scrollFor(row: number, { rowHeight, scrollTop, height }: Viewport): number {
  if (row * rowHeight < scrollTop) return row * rowHeight;
  return Math.max(scrollTop, (row + 1) * rowHeight - height);
}

/** The row that a navigation key moves to; `null` for other keys. */
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
