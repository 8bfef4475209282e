import type { Result } from '../result.ts';
import type { Bar } from './bars.ts';
import { barPanel, barPanelHeight, escaped, millisUnit, ratioUnit, round, WIDTH } from './bars.ts';
import { number } from './format.ts';
import { judgement, nameOf, pick } from './pick.ts';

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

const GROWTH_HEIGHT = 210;

/** `docs/benchmarks.svg`. */
export function renderPlot(result: Result): string {
  const throughput = throughputBars(result);
  const added = addedBars(result);
  const growthTop = 16 + barPanelHeight({ bars: throughput });
  const addedTop = growthTop + GROWTH_HEIGHT;
  const height = addedTop + (added.length > 0 ? barPanelHeight({ bars: added }) : 0);
  const parts = [
    barPanel({
      title: `Requests a second at ${result.settings.connections} connections on one core, against a bare Fastify echo (dashed)`,
      top: 8,
      bars: throughput,
      unit: ratioUnit,
      reference: 1,
    }),
    growthPanel(result, growthTop),
  ];
  if (added.length > 0) {
    parts.push(barPanel({ title: 'Added to one API request (median)', top: addedTop, bars: added, unit: millisUnit }));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmarks of zonewise; the figures stand in benchmarks.md">
<style>${STYLE}
</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}

const SHOWN: readonly (readonly [id: string, what: string, subjects: readonly string[]])[] = [
  ['static-create-again', 'static check, as before', ['zonewise-small']],
  ['static-create', 'static check', ['zonewise-small', 'zonewise-big', 'controller-runtime', 'pepr']],
  ['one-update-again', 'one finding, as before', ['zonewise-small', 'zonewise-big']],
  ['nothing-update', 'nothing to say', ['zonewise-small', 'zonewise-big']],
  ['one-update', 'one finding', ['zonewise-small', 'zonewise-big']],
  ['many-update', 'five findings', ['zonewise-small', 'zonewise-big']],
];

function throughputBars(result: Result): readonly Bar[] {
  return SHOWN.flatMap(([id, what, subjects]) =>
    subjects.flatMap((subject): readonly Bar[] => {
      const value = pick(result, id, subject)?.saturated.ratio.perSecond;
      const tone = subject.startsWith('zonewise') ? 'own' : 'peer';
      return value ? [{ label: `${what}: ${nameOf(subject)}`, value, tone }] : [];
    }),
  );
}

function addedBars({ endToEnd }: Result): readonly Bar[] {
  const names: Readonly<Record<string, string>> = { policy: 'ValidatingAdmissionPolicy', echo: 'bare echo webhook' };
  return (endToEnd?.rows ?? [])
    .filter(({ by }) => by !== 'nothing')
    .map(({ operation, by, addedMillis }) => ({
      label: `${operation}: ${names[by] ?? by}`,
      value: addedMillis,
      tone: by === 'zonewise' ? 'own' : by === 'echo' ? 'echo' : 'peer',
    }));
}

const PLOT = { left: 270, right: 650, height: 130 } as const;

/** Both axes logarithmic: microseconds over the endpoints of the Service. */
function growthPanel(result: Result, top: number): string {
  const { small, big } = result.topologies;
  const counts = [...new Set(result.engine.map(trial => trial.endpoints))].sort((a, b) => a - b);
  const floor = top + 40 + PLOT.height;
  const values = counts.flatMap(count => [small, big].map(({ nodes }) => judgement(result, nodes, count)));
  const [low, high] = [Math.log10(Math.min(...values)) - 0.1, Math.log10(Math.max(...values)) + 0.1];
  const widest = Math.log10(counts.at(-1) ?? 1);
  const x = (count: number) => PLOT.left + (Math.log10(count) / widest) * (PLOT.right - PLOT.left);
  const y = (micros: number) => floor - ((Math.log10(micros) - low) / (high - low)) * PLOT.height;
  const line = (nodes: number, name: string) => {
    const points = counts.map(count => `${round(x(count))},${round(y(judgement(result, nodes, count)))}`).join(' ');
    const last = judgement(result, nodes, counts.at(-1) ?? 1);
    return `<polyline class="${name}" points="${points}"/><text class="value" x="${PLOT.right + 6}" y="${round(y(last)) + (name === 'few' ? 12 : 0)}">${number(last)} µs</text>`;
  };
  const legend = `<polyline class="few" points="30,${top + 50} 60,${top + 50}"/><text x="68" y="${top + 54}">${small.nodes.toLocaleString('en')} nodes</text>
<polyline class="many" points="30,${top + 70} 60,${top + 70}"/><text x="68" y="${top + 74}">${big.nodes.toLocaleString('en')} nodes</text>`;
  const ticks = counts.map(
    count =>
      `<text class="tick" x="${round(x(count))}" y="${floor + 18}" text-anchor="middle">${count.toLocaleString('en')}</text>`,
  );
  return [
    `<text class="title" x="16" y="${top + 16}">${escaped('Cost of one judgement over the endpoints of its Service (both axes logarithmic)')}</text>`,
    legend,
    `<line class="reference" x1="${PLOT.left}" x2="${PLOT.right}" y1="${floor}" y2="${floor}"/>`,
    ...ticks,
    line(small.nodes, 'few'),
    line(big.nodes, 'many'),
  ].join('\n');
}
