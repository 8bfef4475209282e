import { percent } from '../../../report/percent.ts';
import type { ClientNode, ClientZone, EndpointLoad, EndpointZone } from './diagram.ts';
import type { Box, BoxLine } from './layout.ts';
import { endpointZoneText, factorText, overloadLevel, pluralText } from './text.ts';

/** Characters of the small font per pixel. SVG text is not clipped by its box. */
const CHARS_PER_PIXEL = 1 / 6.7;
/** Bold letters are wider: a bold line has this share of the width of a normal one. */
const BOLD_WIDTH_FACTOR = 0.88;

export function truncateToWidth(text: string, pixels: number): string {
  const room = Math.max(4, Math.floor(pixels * CHARS_PER_PIXEL));
  if (text.length <= room) return text;
  // Names differ at their start (ip-10-0-7-3.eu…internal) or at their end (pool-a-7f9c).
  const head = Math.ceil(((room - 1) * 2) / 3);
  return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`;
}

const NODE_STATUS_TEXT: Readonly<Record<ClientNode['status'], readonly [mark: string, text: string]>> = {
  sends: ['●', 'sends'],
  loses: ['✕', 'loses traffic'],
  'not-sent': ['○', 'receives no traffic, as its senders know that it has no endpoint'],
};

export function ClientBox({ box }: { readonly box: Box<ClientZone, ClientNode> }) {
  const { zone, x, y, width, lines, band } = box;
  return (
    <g class="box box--clients" data-zone={zone.key}>
      <BoxFrame
        box={box}
        title={`${zone.label}: ${pluralText(zone.nodes.length, 'node')}, ${percent(zone.share)} of the traffic`}
      />
      <text class="box-title" x={x + 12} y={y + 20}>
        {truncateToWidth(zone.label, width - 30)}
      </text>
      <text class="box-note" x={x + 12} y={y + 36}>
        {clientsText(zone)}
      </text>
      {lines.map(line => (
        <NodeLine key={line.y} line={line} x={x + 12} width={width - 40} />
      ))}
      <rect class="band" x={x + width - 4} y={band.y} width={4} height={band.height} />
    </g>
  );
}

function clientsText({ nodes, share }: ClientZone): string {
  const isLeftOut = nodes.every(({ status }) => status === 'not-sent');
  return `${pluralText(nodes.length, 'node')} · ${isLeftOut ? 'left out' : percent(share)}`;
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

export function EndpointBox({ box }: { readonly box: Box<EndpointZone, EndpointLoad> }) {
  const { zone, x, y, width, lines, band } = box;
  const level = overloadLevel(zone.factor);
  const ready = zone.endpoints.length;
  return (
    <g class={`box box--endpoints load--${level}`} data-zone={zone.key} data-share={zone.share.toFixed(6)}>
      <BoxFrame box={box} title={endpointZoneText(zone)} />
      <text class="box-title" x={x + 14} y={y + 20}>
        {truncateToWidth(zone.label, width - 70)}
      </text>
      {zone.factor !== null && (
        <text class="factor" x={x + width - 12} y={y + 20} text-anchor="end">
          {level === 'overload' ? '▲ ' : ''}
          {factorText(zone.factor)}
        </text>
      )}
      <text class="box-note" x={x + 14} y={y + 36}>
        {pluralText(ready, 'endpoint')}
        {zone.notReady > 0 ? `, ${zone.notReady} not ready` : ''} · {percent(zone.share)}
      </text>
      {lines.map(line => (
        <EndpointLine key={line.y} line={line} x={x + 14} width={width - 26} />
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
