import { percent } from '../../../report/percent.ts';
import { loadText, truncateToWidth } from './box-text.ts';
import type { ClientNode, ClientZone, EndpointLoad, EndpointZone } from './diagram.ts';
import { type Box, type BoxLine, NOTE_HEIGHT_PX, TITLE_HEIGHT_PX } from './layout.ts';
import { endpointZoneText, factorText, overloadLevel, pluralText } from './text.ts';

/** Bold letters are wider: a bold line has this share of the width of a normal one. */
const BOLD_WIDTH_FACTOR = 0.88;
const PADDING_PX = 13;

const NODE_STATUS_TEXT: Readonly<Record<ClientNode['status'], readonly [mark: string, text: string]>> = {
  sends: ['●', 'sends'],
  loses: ['✕', 'loses traffic'],
  'not-sent': ['○', 'receives no traffic, as its senders know that it has no endpoint'],
};

export function ClientBox({ box }: { readonly box: Box<ClientZone, ClientNode> }) {
  const { zone, x, width, lines, band } = box;
  return (
    <g class="box box--clients" data-zone={zone.key}>
      <BoxFrame
        box={box}
        title={`${zone.label}: ${pluralText(zone.nodes.length, 'node')}, ${zone.percent} of the traffic`}
      />
      <HeadLines box={box} />
      {lines.map(line => (
        <NodeLine key={line.y} line={line} x={x + PADDING_PX} width={width - 40} />
      ))}
      <rect class="band" x={x + width - 4} y={band.y} width={4} height={band.height} />
    </g>
  );
}

function HeadLines({ box: { head, x, y } }: { readonly box: Box<unknown, unknown> }) {
  const titleY = y + 20;
  const notesY = titleY + head.title.length * TITLE_HEIGHT_PX - 2;
  return (
    <>
      {stacked(head.title, titleY, TITLE_HEIGHT_PX).map(line => (
        <text key={line.y} class="box-title" x={x + PADDING_PX} y={line.y}>
          {line.text}
        </text>
      ))}
      {stacked(head.notes, notesY, NOTE_HEIGHT_PX).map(line => (
        <text key={line.y} class={`box-note ${noteMark(line.text)}`} x={x + PADDING_PX} y={line.y}>
          {line.text}
        </text>
      ))}
    </>
  );
}

function stacked(texts: readonly string[], y: number, step: number) {
  return texts.map((text, i) => ({ text, y: y + i * step }));
}

function noteMark(text: string): string {
  return text.startsWith('✕') || text.startsWith('▲') ? 'box-note--bad' : '';
}

interface LineProps<T> {
  readonly line: BoxLine<T>;
  readonly x: number;
  readonly width: number;
}

function MoreLine({ line, x }: Omit<LineProps<unknown>, 'width'>) {
  return (
    <text class="line line--more" x={x} y={line.y + 12}>
      +{line.more.toLocaleString('en')} more
    </text>
  );
}

function NodeLine({ line, x, width }: LineProps<ClientNode>) {
  if (line.of === null) return <MoreLine line={line} x={x + 14} />;
  const [mark, text] = NODE_STATUS_TEXT[line.of.status];
  return (
    <g class={`line line--${line.of.status}`}>
      <title>{`${line.of.name} ${text}`}</title>
      <text class="line-mark" x={x} y={line.y + 12}>
        {mark}
      </text>
      <text x={x + 14} y={line.y + 12}>
        {truncateToWidth(line.of.name, line.of.status === 'loses' ? width * BOLD_WIDTH_FACTOR : width)}
      </text>
    </g>
  );
}

interface EndpointBoxProps {
  readonly box: Box<EndpointZone, EndpointLoad>;
  /** A compact box lists its load below the name. */
  readonly isCompact: boolean;
}

export function EndpointBox({ box, isCompact }: EndpointBoxProps) {
  const { zone, x, y, width, lines, band } = box;
  const level = overloadLevel(zone.factor);
  return (
    <g class={`box box--endpoints load--${level}`} data-zone={zone.key} data-share={zone.share.toFixed(6)}>
      <BoxFrame box={box} title={endpointZoneText(zone)} />
      <HeadLines box={box} />
      {zone.factor !== null && !isCompact && (
        <text class="factor" x={x + width - 12} y={y + 20} text-anchor="end">
          {loadText(zone.factor)}
        </text>
      )}
      {lines.map(line => (
        <EndpointLine key={line.y} line={line} x={x + PADDING_PX} width={width - 26} />
      ))}
      <rect class="band" x={x} y={band.y} width={4} height={band.height} />
    </g>
  );
}

function EndpointLine({ line, x, width }: LineProps<EndpointLoad>) {
  if (line.of === null) return <MoreLine line={line} x={x} />;
  const { name, node, share, factor } = line.of;
  return (
    <g class={`line load--${overloadLevel(factor)}`}>
      <title>{`${name} on ${node ?? 'no node'}, ${percent(share)} of the traffic`}</title>
      <text x={x} y={line.y + 12}>
        {truncateToWidth(node ?? name, width - 44)}
      </text>
      <text class="line-factor" x={x + width} y={line.y + 12} text-anchor="end">
        {factorText(factor)}
      </text>
    </g>
  );
}

function BoxFrame({ box, title }: { readonly box: Box<unknown, unknown>; readonly title: string }) {
  return (
    <rect class="box-frame" x={box.x} y={box.y} width={box.width} height={box.height} rx={8}>
      <title>{title}</title>
    </rect>
  );
}
