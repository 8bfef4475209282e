import type { ComponentChildren } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowAfterKey, scrollFor, type Viewport, visibleRows } from './window.ts';

export interface WindowedTableProps<R> {
  readonly label: string;
  readonly rows: readonly R[];
  /** Height of every row in pixels. */
  readonly rowHeight: number;
  readonly columns: number;
  readonly head: ComponentChildren;
  keyOf(row: R): string;
  /** The cells of a row. The first cell holds a link or button that arrow keys move the focus to. */
  cells(row: R): ComponentChildren;
  readonly empty: string;
  readonly className?: string;
}

/** A table that renders only visible rows. `aria-rowcount` gives assistive technology the full number. */
export function WindowedTable<R>(props: WindowedTableProps<R>) {
  const { rows, rowHeight, columns } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [{ scrollTop, height }, measure] = useState({ scrollTop: 0, height: 600 });
  const read = useCallback(() => {
    const { scrollTop = 0, clientHeight = 600 } = frame.current ?? {};
    measure(before =>
      before.scrollTop === scrollTop && before.height === clientHeight ? before : { scrollTop, height: clientHeight },
    );
  }, []);
  useLayoutEffect(() => {
    read();
    const observer = new ResizeObserver(read);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [read]);
  const viewport: Viewport = { rows: rows.length, rowHeight, scrollTop, height };
  const { first, end, before, after } = visibleRows(viewport);
  return (
    <section
      class={`table-frame ${props.className ?? ''}`}
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      ref={frame}
      onScroll={read}
    >
      <table aria-rowcount={rows.length + 1} aria-label={props.label}>
        <thead>
          <tr aria-rowindex={1}>{props.head}</tr>
        </thead>
        <tbody onKeyDown={event => moveFocus(event, frame.current, viewport)}>
          <Spacer height={before} columns={columns} />
          {rows.slice(first, end).map((row, i) => (
            <tr
              key={props.keyOf(row)}
              aria-rowindex={first + i + 2}
              data-row={first + i}
              style={{ height: `${rowHeight}px` }}
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

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height === 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it contains nothing focusable
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

/** Arrow keys, Page Up, Page Down, Home and End move between rows, including rows not rendered yet. */
function moveFocus(event: KeyboardEvent, frame: HTMLElement | null, viewport: Viewport): void {
  const row = (event.target as Element | null)?.closest<HTMLElement>('tr[data-row]');
  const to = row ? rowAfterKey(event.key, Number(row.dataset['row']), viewport) : null;
  if (to === null || !frame || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  frame.scrollTop = scrollFor(to, { ...viewport, height: viewport.height - headHeight(frame) });
  const find = () => frame.querySelector<HTMLElement>(`tr[data-row="${to}"] :is(a, button)`);
  const drawn = find();
  if (drawn) drawn.focus({ preventScroll: true });
  // Scrolling renders the row with the next frame.
  else requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
}

function headHeight(frame: HTMLElement): number {
  return frame.querySelector('thead')?.clientHeight ?? 0;
}
