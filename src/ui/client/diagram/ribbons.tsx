import { area, curveBumpX } from 'd3-shape';
import type { GroupedFlow, GroupedLoss } from './grouped-flows.ts';
import type { Ribbon } from './ribbon-layout.ts';
import { verdictText } from './text.ts';

const shape = area<readonly [x: number, y: number]>()
  .x(([x]) => x)
  .curve(curveBumpX);

/** A ribbon of constant thickness, so that its area matches its share. */
function pathOf({ x0, y0, x1, y1, thickness }: Ribbon<unknown>): string {
  const half = thickness / 2;
  const path = shape.y0(([, y]) => y - half).y1(([, y]) => y + half)([
    [x0, y0],
    [x1, y1],
  ]);
  return path ?? '';
}

/** Id of the ribbon under the pointer or the keyboard focus. */
export type Highlight = string | null;

export function flowId({ from, to, inZone }: GroupedFlow): string {
  return `${from}>${to}${inZone ? '' : '!'}`;
}

export function lossId({ from, verdict, reason }: GroupedLoss): string {
  return `${from}>${verdict} ${reason}`;
}

interface HighlightProps {
  readonly highlight: Highlight;
  onPoint(id: Highlight, event?: PointerEvent): void;
}

function stateOf(id: string, highlight: Highlight): string {
  return highlight === null ? '' : highlight === id ? 'is-lit' : 'is-dim';
}

/** A tapped ribbon stays highlighted: lifting the finger ends the hover immediately. */
function pointerHandlers(id: string, onPoint: HighlightProps['onPoint']) {
  const point = (event: PointerEvent) => onPoint(id, event);
  return {
    onPointerMove: point,
    onPointerDown: point,
    onPointerLeave: ({ pointerType }: PointerEvent) => {
      if (pointerType !== 'touch') onPoint(null);
    },
  };
}

/** Ribbons of this thickness or more show their percentage. */
const MIN_LABEL_HEIGHT_PX = 15;

export function FlowRibbon({ ribbon, highlight, onPoint }: HighlightProps & { readonly ribbon: Ribbon<GroupedFlow> }) {
  const { of, x0, y0, thickness } = ribbon;
  const id = flowId(of);
  return (
    <g
      class={`flow ${of.inZone ? 'flow--in-zone' : 'flow--across'} ${stateOf(id, highlight)}`}
      data-from={of.from}
      data-to={of.to}
      data-share={of.share.toFixed(6)}
      {...pointerHandlers(id, onPoint)}
    >
      <path d={pathOf(ribbon)} />
      {thickness >= MIN_LABEL_HEIGHT_PX && (
        <text x={x0 + 8} y={y0 + 4}>
          {of.percent}
        </text>
      )}
    </g>
  );
}

interface LossRibbonProps extends HighlightProps {
  readonly ribbon: Ribbon<GroupedLoss>;
  /** Without space for the verdict. */
  readonly isCompact: boolean;
}

/**
 * A ribbon for lost traffic. It is hatched and has an end bar, a cross and a label, so that colour is not the only
 * sign.
 */
export function LossRibbon({ ribbon, isCompact, highlight, onPoint }: LossRibbonProps) {
  const { of, x1, y1, thickness } = ribbon;
  const id = lossId(of);
  const half = Math.max(thickness / 2, 7);
  const label = isCompact ? of.percent : `${of.percent} ${verdictText(of)}`;
  return (
    <g
      class={`loss ${stateOf(id, highlight)}`}
      data-from={of.from}
      data-verdict={of.verdict}
      data-share={of.share.toFixed(6)}
      data-nodes={of.nodes.length}
      {...pointerHandlers(id, onPoint)}
    >
      <path class="loss-body" d={pathOf(ribbon)} />
      <path class="loss-end" d={`M${x1},${y1 - half}V${y1 + half}`} />
      <rect class="loss-label" x={x1 + 5} y={y1 - 10} rx={10} height={20} width={label.length * 7.2 + 34} />
      <text x={x1 + 13} y={y1 + 4}>
        ✕ {label}
      </text>
    </g>
  );
}
