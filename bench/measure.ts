import type { Case } from './cases.ts';
import { CONNECTIONS } from './cases.ts';
import type { Generator, LoadResult } from './load.ts';
import type { Figures, LevelResult, Result, ReviewResult } from './result.ts';
import type { Server, SubjectId } from './server.ts';
import { BASELINES } from './server.ts';
import { spreadOf } from './statistics.ts';

export interface LoadProfile {
  /** Per case and server. */
  readonly warmUpMs: number;
  readonly rounds: number;
  /** Per case, server and number of connections. */
  readonly sampleMs: number;
  /** Of the cases' numbers of connections. */
  readonly connections: readonly number[];
}

/** Profiles of the full run and of one that only shows that everything works. */
export const FULL: LoadProfile = { warmUpMs: 800, rounds: 4, sampleMs: 300, connections: CONNECTIONS };
export const QUICK: LoadProfile = { warmUpMs: 150, rounds: 1, sampleMs: 120, connections: [1, 16] };

export const RAMP_MS = 80;
const WARM_UP_CONNECTIONS = 16;

export interface Bench {
  readonly servers: ReadonlyMap<SubjectId, Server>;
  readonly generator: Generator;
  readonly profile: LoadProfile;
  readonly log: (line: string) => void;
}

/** The results of one round by server; by number of connections in the order of the case. */
type Round = ReadonlyMap<SubjectId, readonly LoadResult[]>;

/** Measures all cases round after round, so that a disturbance of the machine affects every server. */
export async function measureReviews(cases: readonly Case[], bench: Bench): Promise<readonly ReviewResult[]> {
  for (const each of cases) {
    for (const id of participants(each, bench))
      await load(id, each, bench, WARM_UP_CONNECTIONS, bench.profile.warmUpMs);
  }
  const rounds = new Map<Case, Round[]>(cases.map(each => [each, []]));
  for (let round = 0; round < bench.profile.rounds; round++) {
    bench.log(`round ${round + 1} of ${bench.profile.rounds}`);
    for (const [each, taken] of rounds) taken.push(await takeRound(each, bench, round));
  }
  return [...rounds].flatMap(([each, taken]) =>
    participants(each, bench).map(id => reviewResult({ ...each, connections: levelsOf(each, bench) }, id, taken)),
  );
}

/** The bare echo's rounds against their median, over all cases. */
export function noiseOf({ reviews }: Result): Record<'perSecond' | 'serverMicros' | 'p99Ms', number> {
  const levels = reviews.filter(({ subject }) => subject === 'echo').flatMap(review => review.levels);
  const widest = (figure: 'perSecond' | 'serverMicros' | 'p99Ms') =>
    Math.max(0, ...levels.map(({ figures }) => figures[figure].max / figures[figure].median - 1));
  return { perSecond: widest('perSecond'), serverMicros: widest('serverMicros'), p99Ms: widest('p99Ms') };
}

function levelsOf({ connections }: Case, { profile }: Bench): readonly number[] {
  return connections.filter(count => profile.connections.includes(count));
}

function participants({ subjects }: Case, { servers }: Bench): readonly SubjectId[] {
  return [...BASELINES, ...subjects].filter(id => servers.has(id));
}

/** The order is reversed every other round, so that no server always runs after the same one. */
async function takeRound(each: Case, bench: Bench, round: number): Promise<Round> {
  const ids = participants(each, bench);
  const results = new Map<SubjectId, LoadResult[]>(ids.map(id => [id, []]));
  for (const connections of levelsOf(each, bench)) {
    for (const id of round % 2 === 0 ? ids : ids.toReversed()) {
      results.get(id)?.push(await load(id, each, bench, connections, bench.profile.sampleMs));
    }
  }
  return results;
}

export async function load(
  id: SubjectId,
  each: Case,
  { servers, generator }: Pick<Bench, 'servers' | 'generator'>,
  connections: number,
  sampleMs: number,
): Promise<LoadResult> {
  const server = servers.get(id);
  if (!server) throw new RangeError(`${id} is not running`);
  const target = server.target(BASELINES.includes(id) ? 'validate' : each.webhook);
  const { services, pid: serverPid } = server;
  const order = { target, workload: each.workload, services, connections, rampMs: RAMP_MS, sampleMs, serverPid };
  return generator.load(order).catch((cause: unknown) => {
    throw new Error(`${id}, ${each.id}: ${String(cause)}`, { cause });
  });
}

function reviewResult({ id, title, connections }: Case, subject: SubjectId, rounds: readonly Round[]): ReviewResult {
  const samples = (of: SubjectId, level: number) =>
    rounds.map(round => round.get(of)?.[level]).filter(sample => sample !== undefined);
  const first = samples(subject, 0)[0];
  const levels = connections.map((count, level): LevelResult => {
    const of = samples(subject, level);
    const [echo, logging] = BASELINES.map(baseline => samples(baseline, level));
    const figures = figuresOf(of);
    return { connections: count, figures, ofEcho: ratios(of, echo ?? []), ofLoggingEcho: ratios(of, logging ?? []) };
  });
  return {
    case: id,
    title,
    subject,
    bodyBytes: first?.bodyBytes ?? Number.NaN,
    warnings: first?.warnings ?? Number.NaN,
    levels,
  };
}

function ratios(of: readonly LoadResult[], baseline: readonly LoadResult[]): LevelResult['ofEcho'] {
  const ratio = (value: (result: LoadResult) => number) =>
    spreadOf(of.map((result, round) => value(result) / value(baseline[round] ?? result)));
  return { perSecond: ratio(({ perSecond }) => perSecond), cpu: ratio(({ serverMicros }) => 1 / serverMicros) };
}

function figuresOf(results: readonly LoadResult[]): Figures {
  const of = (figure: keyof Figures) => spreadOf(results.map(result => result[figure]));
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    serverMicros: of('serverMicros'),
    serverBusy: of('serverBusy'),
    generatorBusy: of('generatorBusy'),
  };
}
