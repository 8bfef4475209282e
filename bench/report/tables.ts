import type { Result, ReviewResult } from '../result.ts';
import { count, number, percent, type Row, table, times } from './format.ts';
import { judgement, nameOf, pick } from './pick.ts';

const REVIEW_HEAD = [
  'review',
  'server',
  'requests/s',
  'of the echo’s',
  'CPU µs a request',
  'of the echo’s',
  'p99 ms',
  'p50 / p99 ms, one connection',
];

/** Every review of one list of subjects; latencies stand beside the echo's in the same rounds. */
export function reviewTable(result: Result, cases: (id: string) => boolean): string {
  const rows = result.reviews.filter(review => cases(review.case)).map(reviewRow);
  return table(REVIEW_HEAD, rows);
}

function reviewRow({ title, subject, saturated, single }: ReviewResult): Row {
  const one = (figures: ReviewResult['single']['subject']) =>
    `${number(figures.p50Millis.median)} / ${number(figures.p99Millis.median)}`;
  return [
    title,
    subject === 'echo' ? 'the echo against itself' : nameOf(subject),
    number(saturated.subject.perSecond.median),
    times(saturated.ratio.perSecond),
    number(saturated.subject.serverMicros.median),
    times(saturated.ratio.serverMicros),
    `${number(saturated.subject.p99Millis.median)} (echo ${number(saturated.echo.p99Millis.median)})`,
    `${one(single.subject)} (echo ${one(single.echo)})`,
  ];
}

export function serverTable({ servers }: Result): string {
  const rows = servers.map(
    ({ id, startSeconds, startMiB, endMiB }): Row => [
      nameOf(id),
      number(startSeconds),
      number(startMiB),
      number(endMiB),
    ],
  );
  return table(['server', 'first answer after, s', 'RSS then, MiB', 'RSS after all rounds, MiB'], rows);
}

export function growthTable(result: Result): string {
  const { small, big } = result.topologies;
  const endpoints = [...new Set(result.engine.map(trial => trial.endpoints))];
  const changes = [...new Set(result.engine.map(trial => trial.changed))];
  const rows = changes.flatMap(changed =>
    endpoints.map((each): Row => {
      const [few, many] = [small.nodes, big.nodes].map(nodes => judgement(result, nodes, each, changed));
      const more = (many ?? Number.NaN) / (few ?? Number.NaN) - 1;
      return [changed, count(each), number(few ?? Number.NaN), number(many ?? Number.NaN), percent(more)];
    }),
  );
  return table(
    [
      'changed since the last review',
      'endpoints',
      `µs, ${count(small.nodes)} nodes`,
      `µs, ${count(big.nodes)} nodes`,
      'more',
    ],
    rows,
  );
}

const WAYS: Readonly<Record<string, string>> = {
  nothing: 'nothing',
  policy: 'ValidatingAdmissionPolicy, static check',
  echo: 'bare Fastify echo',
  zonewise: 'zonewise, live view',
};

export function endToEndTable({ endToEnd }: Result): string {
  const rows = (endToEnd?.rows ?? []).map(
    ({ operation, by, warnings, p50Millis, p99Millis, addedMillis }): Row => [
      operation,
      WAYS[by] ?? by,
      String(warnings),
      number(p50Millis.median),
      number(p99Millis.median),
      by === 'nothing' ? '' : `${number(addedMillis.median)} (${number(addedMillis.min)}–${number(addedMillis.max)})`,
    ],
  );
  return table(['dry run', 'asked besides', 'warnings', 'p50 ms', 'p99 ms', 'added to the median, ms'], rows);
}

interface Contest {
  readonly what: string;
  /** Less is better. */
  readonly of: (subject: string) => number;
  readonly unit: string;
}

/** Who is best at what, zonewise or a peer; said also where a peer is. */
export function winners(result: Result): string {
  const entrants = ['zonewise-small', 'controller-runtime', 'pepr'];
  const server = (id: string) => result.servers.find(each => each.id === id);
  const create = (id: string) => pick(result, 'static-create', id);
  const contests: readonly Contest[] = [
    { what: 'CPU a request', unit: 'µs', of: id => create(id)?.saturated.subject.serverMicros.median ?? Number.NaN },
    {
      what: 'median at one connection',
      unit: 'ms',
      of: id => create(id)?.single.subject.p50Millis.median ?? Number.NaN,
    },
    { what: 'p99 at one connection', unit: 'ms', of: id => create(id)?.single.subject.p99Millis.median ?? Number.NaN },
    { what: 'p99 at full load', unit: 'ms', of: id => create(id)?.saturated.subject.p99Millis.median ?? Number.NaN },
    { what: 'first answer after its start', unit: 's', of: id => server(id)?.startSeconds ?? Number.NaN },
    { what: 'memory after all rounds', unit: 'MiB', of: id => server(id)?.endMiB ?? Number.NaN },
  ];
  return contests
    .map(({ what, unit, of }) => {
      const ranked = entrants.filter(id => !Number.isNaN(of(id))).sort((a, b) => of(a) - of(b));
      const [best, ...rest] = ranked.map(id => `${nameOf(id)} ${number(of(id))} ${unit}`);
      return `- **${what}**: ${best}${rest.length > 0 ? `; ${rest.join('; ')}` : ''}`;
    })
    .join('\n');
}
