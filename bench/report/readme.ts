import type { Result } from '../result.ts';
import { number, type Row, table } from './format.ts';
import { judgement, nameOf, pick } from './pick.ts';

const BEGIN = '<!-- npm run bench writes from here … -->';
const END = '<!-- … to here -->';

/** The README with its section about speed as the figures say it. Throws where the section has lost its marks. */
export function withPerformance(readme: string, result: Result): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the README lacks ${BEGIN} or ${END}`);
  return `${before}${BEGIN}\n${section(result)}\n${END}${after}`;
}

function section(result: Result): string {
  const { small, big } = result.topologies;
  const rows = [
    row(result, 'one-update-again', 'zonewise-big', `${among(big.nodes)}, one finding, as before`),
    row(result, 'one-update', 'zonewise-big', `${among(big.nodes)}, one finding, a Service never seen`),
    row(result, 'one-update', 'zonewise-small', `${among(small.nodes)}, one finding, a Service never seen`),
    row(result, 'static-create-again', 'zonewise-small', 'the same static check: zonewise, as before'),
    row(result, 'static-create', 'zonewise-small', 'the same static check: zonewise, a Service never seen'),
    row(result, 'static-create', 'controller-runtime', `the same static check: ${nameOf('controller-runtime')}`),
    row(result, 'static-create', 'pepr', `the same static check: ${nameOf('pepr')}`),
  ].filter(each => each !== null);
  const head = ['one core', 'requests/s', 'of a bare Fastify echo’s', 'median at one connection, ms'];
  return `${table(head, rows)}

*As before*: the same object sent again, as Flux does at every interval, and nothing that its judgement rests on has changed.
A judgement of a Service with 15 endpoints takes ${number(judgement(result, big.nodes, 15))} µs among ${big.nodes.toLocaleString('en')} nodes, one with 5,000
endpoints ${number(judgement(result, big.nodes, 5_000))} µs. ${added(result)}\`npm run bench\` measures all of it anew, peers and API server included: [docs/benchmarks.md](docs/benchmarks.md).`;
}

function among(nodes: number): string {
  return `zonewise, ${nodes.toLocaleString('en')} nodes`;
}

function row(result: Result, id: string, subject: string, label: string): Row | null {
  const found = pick(result, id, subject);
  if (!found) return null;
  const { saturated, single } = found;
  return [
    label,
    number(saturated.subject.perSecond.median),
    `×${number(saturated.ratio.perSecond.median)}`,
    number(single.subject.p50Millis.median),
  ];
}

function added({ endToEnd }: Result): string {
  const by = (way: string) => endToEnd?.rows.find(each => each.operation === 'UPDATE' && each.by === way);
  const [own, echo] = [by('zonewise'), by('echo')];
  if (!own || !echo) return '';
  return `An update through a real API server takes ${number(own.addedMillis.median)} ms longer with zonewise than without, ${number(echo.addedMillis.median)} ms
longer with a webhook that only says yes. `;
}
