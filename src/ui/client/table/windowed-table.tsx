import type { ComponentChildren } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ROLES } from './roles.ts';
import type { FrameSize } from './row-height.ts';
import { allRows, rowAfterKey, scrollFor, type Viewport, visibleRows } from './window.ts';

export interface WindowedTableProps<R> {
  readonly label: string;
  readonly rows: readonly R[];
  /** In a narrower frame each row is a block. */
  readonly stackBelowPx: number;
  /** Height of every row of a windowed table, in pixels. */
  rowHeight(frame: FrameSize): number;
  readonly columns: number;
  readonly head: ComponentChildren;
  keyOf(row: R): string;
  /** The cells of a row. The first cell holds a link or button that arrow keys move the focus to. */
  cells(row: R): ComponentChildren;
  readonly empty: string;
  readonly className?: string;
  /** Key of the row to focus at first. */
  readonly focused?: string | null;
}

/** Tables up to this size are rendered in full: they grow with the page, and their rows with their text. */
const MAX_FULL_ROWS = 60;

/** A table that renders only visible rows if it is long. `aria-rowcount` gives assistive technology the full number. */
export function WindowedTable<R>(props: WindowedTableProps<R>) {
  const { rows, columns, stackBelowPx } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [{ scrollTop, height, width }, read] = useFrame(frame);
  const isStacked = width < stackBelowPx;
  const isFull = rows.length <= MAX_FULL_ROWS;
  const rowHeight = props.rowHeight({ width, isStacked });
  const seen = isFull ? Math.min(height, innerHeight) : height;
  const viewport: Viewport = { rows: rows.length, rowHeight, scrollTop, height: seen };
  const { first, end, before, after } = isFull ? allRows(rows.length) : visibleRows(viewport);
  useLayoutEffect(() => {
    const row = props.focused ? rows.findIndex(each => props.keyOf(each) === props.focused) : -1;
    if (row >= 0 && frame.current) focusRow(row, frame.current, { ...viewport, isFull });
  }, []);
  const classes = ['table-frame', isStacked && 'is-stacked', isFull ? 'is-full' : 'is-windowed', props.className];
  return (
    <section
      class={classes.filter(Boolean).join(' ')}
      aria-label={props.label}
      // A scrolling region must be reachable by keyboard.
      tabIndex={isFull ? undefined : 0}
      ref={frame}
      onScroll={read}
    >
      <table {...ROLES.table} aria-rowcount={rows.length + 1} aria-label={props.label}>
        <thead {...ROLES.group}>
          <tr {...ROLES.row} aria-rowindex={1}>
            {props.head}
          </tr>
        </thead>
        <tbody {...ROLES.group} onKeyDown={event => moveFocus(event, frame.current, { ...viewport, isFull })}>
          <Spacer height={before} columns={columns} />
          {rows.slice(first, end).map((row, i) => (
            <tr
              key={props.keyOf(row)}
              {...ROLES.row}
              aria-rowindex={first + i + 2}
              data-row={first + i}
              style={{ height: isFull ? undefined : `${rowHeight}px` }}
            >
              {props.cells(row)}
            </tr>
          ))}
          <Spacer height={after} columns={columns} />
        </tbody>
      </table>
      {rows.length === 0 && <p class="table-empty">{props.empty}</p>}
    </section>
  );
}

interface Frame {
  readonly scrollTop: number;
  readonly height: number;
  readonly width: number;
}

/** Size and scroll position of the frame, and a function that reads them again. */
function useFrame(frame: { readonly current: HTMLElement | null }): readonly [Frame, () => void] {
  const [size, setSize] = useState<Frame>({ scrollTop: 0, height: 600, width: 1200 });
  const read = useCallback(() => {
    const { scrollTop = 0, clientHeight: height = 600, clientWidth: width = 1200 } = frame.current ?? {};
    setSize(before =>
      before.scrollTop === scrollTop && before.height === height && before.width === width
        ? before
        : { scrollTop, height, width },
    );
  }, []);
  useLayoutEffect(() => {
    read();
    const observer = new ResizeObserver(read);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [read]);
  return [size, read];
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height === 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it contains nothing focusable
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

type FocusViewport = Viewport & { readonly isFull: boolean };

/** Arrow keys, Page Up, Page Down, Home and End move between rows, including rows not rendered yet. */
function moveFocus(event: KeyboardEvent, frame: HTMLElement | null, viewport: FocusViewport): void {
  const row = (event.target as Element | null)?.closest<HTMLElement>('tr[data-row]');
  const to = row ? rowAfterKey(event.key, Number(row.dataset['row']), viewport) : null;
  if (to === null || !frame || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  focusRow(to, frame, viewport);
}

function focusRow(row: number, frame: HTMLElement, { isFull, ...viewport }: FocusViewport): void {
  const find = () => frame.querySelector<HTMLElement>(`tr[data-row="${row}"] :is(a, button)`);
  if (isFull) {
    find()?.focus();
    return;
  }
  const headHeight = frame.querySelector('thead')?.clientHeight ?? 0;
  frame.scrollTop = scrollFor(row, { ...viewport, height: viewport.height - headHeight });
  const drawn = find();
  if (drawn) drawn.focus({ preventScroll: true });
  // Scrolling renders the row with the next frame.
  else requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
}
