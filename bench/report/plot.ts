import type { Result } from '../result.ts';
import type { Bar } from './bars.ts';
import { barPanel, barPanelHeight, escaped, millisecondUnit, ratioUnit, round, WIDTH } from './bars.ts';
import { number } from './format.ts';
import { levelOf, nameOf } from './pick.ts';

const STYLE = `
  svg { color-scheme: light dark; }
  .page { fill: #ffffff; } text { fill: #1f2328; font: 13px system-ui, sans-serif; }
  .title { font-weight: 600; } .value, .tick { fill: #59636e; }
  .own { fill: #1f6feb; } .peer { fill: #9a6700; } .echo { fill: #8c959f; }
  .spread { stroke: #1f2328; stroke-width: 1; } .reference { stroke: #59636e; stroke-dasharray: 4 3; }
  .few { stroke: #1f6feb; } .many { stroke: #bf3989; } polyline { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } text { fill: #e6edf3; } .value, .tick { fill: #9198a1; }
    .own { fill: #4493f8; } .peer { fill: #d29922; } .echo { fill: #6e7681; }
    .spread { stroke: #e6edf3; } .reference { stroke: #9198a1; } .few { stroke: #4493f8; } .many { stroke: #f778ba; }
  }`;

const CURVE_HEIGHT = 210;

/** `docs/benchmarks.svg`. */
export function renderPlot(result: Result): string {
  const ratios = ratioBars(result);
  const added = addedBars(result);
  const curveTop = ratios.length > 0 ? 16 + barPanelHeight({ bars: ratios }) : 8;
  const addedTop = result.curves.length > 0 ? curveTop + CURVE_HEIGHT : curveTop;
  const height = addedTop + (added.length > 0 ? barPanelHeight({ bars: added }) : 0);
  const title = 'Requests per CPU second at 16 connections, against a bare Fastify echo (dashed)';
  const parts: string[] = [];
  if (ratios.length > 0) parts.push(barPanel({ title, top: 8, bars: ratios, unit: ratioUnit, reference: 1 }));
  if (result.curves.length > 0) parts.push(curvePanel(result, curveTop));
  if (added.length > 0) {
    parts.push(
      barPanel({ title: 'Added to one API request (median)', top: addedTop, bars: added, unit: millisecondUnit }),
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmarks of zonewise; the figures are in benchmarks.md">
<style>${STYLE}
</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}

const ZONEWISE = ['zonewise-small', 'zonewise-big'];
const SHOWN: readonly (readonly [id: string, title: string, subjects: readonly string[]])[] = [
  ['services-one-update', 'never seen', ['logging-echo', ...ZONEWISE]],
  ['services-many-update', 'never seen, five findings', ZONEWISE],
  ['ports-one-update', 'another target port', ZONEWISE],
  ['uid-one-update', 'same spec, new UID', ZONEWISE],
  ['services-static-create', 'static check', [...ZONEWISE, 'controller-runtime', 'pepr']],
];

function ratioBars(result: Result): readonly Bar[] {
  return SHOWN.flatMap(([id, title, subjects]) =>
    subjects.flatMap((subject): readonly Bar[] => {
      const value = levelOf(result, id, subject, 16)?.ofEcho.cpu;
      const tone = subject.startsWith('zonewise') ? 'own' : subject === 'logging-echo' ? 'echo' : 'peer';
      return value ? [{ label: `${title}: ${NAMES[subject] ?? nameOf(subject)}`, value, tone }] : [];
    }),
  );
}

/** The full name does not fit beside a bar. */
const NAMES: Readonly<Record<string, string>> = { 'logging-echo': 'echo with log', 'controller-runtime': 'Go webhook' };

function addedBars({ endToEnd }: Result): readonly Bar[] {
  const names: Readonly<Record<string, string>> = { policy: 'ValidatingAdmissionPolicy', echo: 'bare echo webhook' };
  return (endToEnd?.rows ?? [])
    .filter(({ by }) => by !== 'nothing')
    .map(({ operation, by, addedMs }) => ({
      label: `${operation}: ${names[by] ?? by}`,
      value: addedMs,
      tone: by === 'zonewise' ? 'own' : by === 'echo' ? 'echo' : 'peer',
    }));
}

const PLOT = { left: 270, right: 650, height: 130 } as const;

/** Both axes logarithmic: CPU milliseconds over the ports of the Service. */
function curvePanel({ curves }: Result, top: number): string {
  const points = curves.filter(({ curve }) => curve.includes('distinct'));
  const counts = [...new Set(points.map(({ ports }) => ports))];
  const floor = top + 40 + PLOT.height;
  const logs = points.map(({ firstMs }) => Math.log10(Math.max(firstMs, 0.01)));
  const [low, high] = [Math.min(...logs) - 0.1, Math.max(...logs) + 0.1];
  const widest = Math.log10(counts.at(-1) ?? 1) || 1;
  const x = (ports: number) => PLOT.left + (Math.log10(ports) / widest) * (PLOT.right - PLOT.left);
  const y = (ms: number) => floor - ((Math.log10(Math.max(ms, 0.01)) - low) / (high - low)) * PLOT.height;
  const line = (endpoints: number, name: string, row: number) => {
    const own = points.filter(point => point.endpoints === endpoints);
    const path = own.map(({ ports, firstMs }) => `${round(x(ports))},${round(y(firstMs))}`).join(' ');
    const last = own.at(-1)?.firstMs ?? Number.NaN;
    return `<polyline class="${name}" points="${path}"/><text class="value" x="${PLOT.right + 6}" y="${round(y(last)) + (name === 'few' ? 12 : 0)}">${number(last)} ms</text>
<polyline class="${name}" points="30,${top + row} 60,${top + row}"/><text x="68" y="${top + row + 4}">${endpoints.toLocaleString('en')} endpoints</text>`;
  };
  const ticks = counts.map(
    ports =>
      `<text class="tick" x="${round(x(ports))}" y="${floor + 18}" text-anchor="middle">${ports.toLocaleString('en')}</text>`,
  );
  return [
    `<text class="title" x="16" y="${top + 16}">${escaped('CPU of the first evaluation over the ports of a Service, 5,000 nodes (both axes logarithmic)')}</text>`,
    `<line class="reference" x1="${PLOT.left}" x2="${PLOT.right}" y1="${floor}" y2="${floor}"/>`,
    ...ticks,
    line(1_000, 'few', 50),
    line(5_000, 'many', 70),
  ].join('\n');
}
