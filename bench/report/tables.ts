import { CONNECTIONS } from '../cases.ts';
import type { LevelResult, Result, ReviewResult } from '../result.ts';
import { count, number, type Row, table, times } from './format.ts';
import { nameOf } from './pick.ts';

const LEVELS = CONNECTIONS.join(' / ');
const REVIEW_HEAD = [
  'review',
  'server',
  `CPU µs a request at ${LEVELS}`,
  'of the echo’s at 16',
  `of the echo’s at ${LEVELS}`,
  `of E’s at ${LEVELS}`,
  `requests/s at ${LEVELS}`,
  `p99 ms at ${LEVELS}`,
];

/** The reviews of some cases. Ratios are requests per second of CPU, against a baseline in the same rounds. */
export function reviewTable(result: Result, isShown: (id: string) => boolean): string {
  return table(REVIEW_HEAD, result.reviews.filter(review => isShown(review.case)).map(reviewRow));
}

function reviewRow({ title, subject, levels }: ReviewResult): Row {
  const at = (connections: number) => levels.find(level => level.connections === connections);
  const each = (value: (level: LevelResult) => number) =>
    CONNECTIONS.map(connections => {
      const level = at(connections);
      return level ? number(value(level)) : '–';
    }).join(' / ');
  const saturated = at(16);
  return [
    title,
    nameOf(subject),
    each(({ figures }) => figures.serverMicros.median),
    saturated ? times(saturated.ofEcho.cpu) : '–',
    each(({ ofEcho }) => ofEcho.cpu.median),
    each(({ ofLoggingEcho }) => ofLoggingEcho.cpu.median),
    each(({ figures }) => figures.perSecond.median),
    each(({ figures }) => figures.p99Ms.median),
  ];
}

/** File topologies under load, and live ones under load and churn. */
export function memoryTable({ servers, churn }: Result): string {
  const rows = servers.map(({ id, ...figures }): Row => [nameOf(id), ...memoryCells(figures)]);
  const live = churn.map(
    ({ cluster, changes, reviews, ...figures }): Row => [
      `zonewise, ${cluster}, live topology: ${count(changes)} endpoint changes, ${count(reviews)} new reviews`,
      ...memoryCells(figures),
    ],
  );
  return table(['server', 'first answer after, s', 'RSS then, MiB', 'RSS after load, MiB'], [...rows, ...live]);
}

function memoryCells(figures: { startSeconds: number; startMiB: number; endMiB: number }): Row {
  return [figures.startSeconds, figures.startMiB, figures.endMiB].map(value => number(value));
}

export function curveTable({ curves }: Result): string {
  const rows = curves.map(
    ({ curve, ports, endpoints, nodes, firstMs, againMicros, keptMiB, isComplete }): Row => [
      curve,
      ...[ports, endpoints, nodes].map(count),
      number(firstMs),
      againMicros >= 1_000 ? `${number(againMicros / 1_000)} ms` : `${number(againMicros)} µs`,
      number(keptMiB),
      isComplete ? 'yes' : '**no**',
    ],
  );
  const head = ['by', 'ports', 'endpoints', 'nodes', 'first, CPU ms', 'again, CPU', 'kept, MiB', 'evaluated in full'];
  return table(head, rows);
}

export function limitTable({ limits }: Result): string {
  const rows = limits.map(
    ({ title, bodyKiB, status, isComplete, worstMs, peakMiB }): Row => [
      title,
      number(bodyKiB),
      status === 0 ? '**the server ended**' : String(status),
      isComplete ? 'yes' : 'no',
      number(worstMs),
      number(peakMiB),
    ],
  );
  const head = [
    'ports / endpoints / nodes',
    'body, KiB',
    'status',
    'evaluated in full',
    'slowest answer, ms',
    'highest RSS, MiB',
  ];
  return table(head, rows);
}

const MAX_FUNCTIONS = 15;

export function deoptimisationTable({ deoptimisations }: Result): string {
  const rows = deoptimisations
    .slice(0, MAX_FUNCTIONS)
    .map(
      ({ name, reason, server, case: id, perSecond, isLoop }): Row => [
        `\`${name}\``,
        reason,
        nameOf(server),
        `\`${id}\``,
        number(perSecond),
        isLoop ? '**yes**' : 'no',
      ],
    );
  return table(['function', 'reason', 'server', 'case', 'a second', 'loop'], rows);
}

const WAYS: Readonly<Record<string, string>> = {
  nothing: 'nothing',
  policy: 'ValidatingAdmissionPolicy, static check',
  echo: 'bare Fastify echo',
  zonewise: 'zonewise, live topology',
};

export function endToEndTable({ endToEnd }: Pick<Result, 'endToEnd'>): string {
  const rows = (endToEnd?.rows ?? []).map(
    ({ operation, by, warnings, p50Ms, p99Ms, addedMs }): Row => [
      operation,
      WAYS[by] ?? by,
      String(warnings),
      number(p50Ms.median),
      number(p99Ms.median),
      by === 'nothing' ? '' : `${number(addedMs.median)} (${number(addedMs.min)}–${number(addedMs.max)})`,
    ],
  );
  return table(['dry run', 'admission besides', 'warnings', 'p50 ms', 'p99 ms', 'added to the median, ms'], rows);
}
