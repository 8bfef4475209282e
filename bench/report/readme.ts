import type { Result } from '../result.ts';
import { count, number, type Row, table } from './format.ts';
import { levelOf } from './pick.ts';

const BEGIN = '<!-- npm run bench writes from here … -->';
const END = '<!-- … to here -->';

/** Returns the README with its section about performance from the figures. Throws if the section's marks are missing. */
export function withPerformance(readme: string, result: Result): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the README lacks ${BEGIN} or ${END}`);
  return `${before}${BEGIN}\n${section(result)}\n${END}${after}`;
}

const FINDING = 'services-one-update';
const STATIC = 'services-static-create';

function section(result: Result): string {
  const { small, big } = result.topologies;
  if (result.reviews.length === 0) return 'Not measured since the last change of `npm run bench`.';
  const rows = [
    row(result, FINDING, 'zonewise-big', `zonewise, big cluster (${count(big.nodes)} nodes), one finding`),
    row(result, FINDING, 'zonewise-small', `zonewise, small cluster (${count(small.nodes)} nodes), one finding`),
    row(result, FINDING, 'echo', 'bare Fastify echo, no cluster, the same reviews'),
    row(result, FINDING, 'logging-echo', 'Fastify echo that logs and counts, no cluster, the same reviews'),
    row(result, STATIC, 'zonewise-big', `static check: zonewise, big cluster (${count(big.nodes)} nodes)`),
    row(result, STATIC, 'zonewise-small', `static check: zonewise, small cluster (${count(small.nodes)} nodes)`),
    row(result, STATIC, 'controller-runtime', 'static check: hand-written Go webhook, no cluster'),
    row(result, STATIC, 'pepr', 'static check: Pepr, no cluster'),
  ].filter(each => each !== null);
  const head = [
    'many Services in turn, one core',
    'requests/s',
    'CPU µs a request',
    'of a bare echo’s',
    'median at one connection, ms',
    'start, s',
    'memory after load, MiB',
  ];
  return `${table(head, rows)}

Names, labels and ports differ from review to review. Of the big cluster ${count(big.services)} Services take turns; of the small one a hundred, whose
results the cache holds. ${repeated(result)}${added(result)}\`npm run bench\` measures it
again, with goals, cost curves and limits: [docs/benchmarks.md](docs/benchmarks.md).`;
}

function row(result: Result, id: string, subject: string, label: string): Row | null {
  const [single, saturated] = [1, 16].map(connections => levelOf(result, id, subject, connections));
  const server = result.servers.find(each => each.id === subject);
  if (!single || !saturated || !server) return null;
  return [
    label,
    number(saturated.figures.perSecond.median),
    number(saturated.figures.serverMicros.median),
    `×${number(saturated.ofEcho.cpu.median)}`,
    number(single.figures.p50Ms.median),
    number(server.startSeconds),
    number(server.endMiB),
  ];
}

function repeated(result: Result): string {
  const ratio = levelOf(result, 'uid-one-update', 'zonewise-big', 16)?.ofEcho.cpu.median;
  return ratio
    ? `A review of a Service whose spec was seen before has ×${number(ratio)} of the bare echo's throughput per CPU. `
    : '';
}

function added({ endToEnd }: Result): string {
  const by = (way: string) => endToEnd?.rows.find(each => each.operation === 'UPDATE' && each.by === way);
  const [own, echo] = [by('zonewise'), by('echo')];
  if (!own || !echo) return '';
  return `An update through a real API server takes ${number(own.addedMs.median)} ms longer with zonewise, ${number(echo.addedMs.median)} ms
longer with a webhook that allows everything. `;
}
