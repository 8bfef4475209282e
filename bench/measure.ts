import type { Case } from './cases.ts';
import type { Generator, LoadResult } from './load.ts';
import type { Compared, Figures, Result, ReviewResult } from './result.ts';
import type { Server, SubjectId } from './server.ts';
import { spreadOf } from './statistics.ts';

export interface Pace {
  readonly warmUpMillis: number;
  readonly rounds: number;
  readonly saturatedMillis: number;
  readonly singleMillis: number;
  readonly connections: number;
}

/** The full run, and one that only shows that all of it works. */
export const FULL: Pace = {
  warmUpMillis: 2_500,
  rounds: 5,
  saturatedMillis: 1_200,
  singleMillis: 600,
  connections: 16,
};
export const QUICK: Pace = { warmUpMillis: 500, rounds: 2, saturatedMillis: 400, singleMillis: 250, connections: 16 };

const RAMP_MILLIS = 80;

export interface Bench {
  readonly servers: ReadonlyMap<SubjectId, Server>;
  readonly generator: Generator;
  readonly pace: Pace;
  readonly tell: (line: string) => void;
}

interface Sample {
  readonly saturated: LoadResult;
  readonly single: LoadResult;
}

/** One round of a case: the echo's sample and one of each subject, taken within seconds. */
interface Round {
  readonly echo: Sample;
  readonly subjects: ReadonlyMap<SubjectId, Sample>;
}

/** All cases, round after round, so that whatever slows the machine for a while slows all of them. */
export async function measureReviews(cases: readonly Case[], bench: Bench): Promise<readonly ReviewResult[]> {
  for (const each of cases) await warmUp(each, bench);
  const rounds = new Map<Case, Round[]>(cases.map(each => [each, []]));
  for (let round = 0; round < bench.pace.rounds; round++) {
    bench.tell(`round ${round + 1} of ${bench.pace.rounds}`);
    for (const [each, taken] of rounds) taken.push(await takeRound(each, bench, round));
  }
  return [...rounds].flatMap(([each, taken]) =>
    present(each, bench).map(subject => reviewResult(each, subject, taken)),
  );
}

/** The echo against itself, over all cases in which it was asked twice a round. */
export function noiseOf(reviews: readonly ReviewResult[]): Result['noise'] {
  const twice = reviews
    .filter(({ subject }) => subject === 'echo')
    .flatMap(({ saturated, single }) => [saturated, single]);
  const of = (figure: 'perSecond' | 'serverMicros' | 'p99Millis') =>
    spreadOf(twice.flatMap(({ ratio }) => [ratio[figure].min, ratio[figure].median, ratio[figure].max]));
  return { perSecond: of('perSecond'), serverMicros: of('serverMicros'), p99Millis: of('p99Millis') };
}

function present({ subjects }: Case, { servers }: Bench): readonly SubjectId[] {
  return subjects.filter(id => servers.has(id));
}

/** V8 compiles what is used in several steps, and has done so only after some ten thousand reviews. */
async function warmUp(each: Case, bench: Bench): Promise<void> {
  for (const id of new Set<SubjectId>(['echo', ...present(each, bench)])) {
    await load(id, { each, bench, connections: bench.pace.connections, millis: bench.pace.warmUpMillis });
  }
}

/** Every other round the other way about, so that neither side always comes after the other. */
async function takeRound(each: Case, bench: Bench, round: number): Promise<Round> {
  const order = present(each, bench);
  const subjects = new Map<SubjectId, Sample>();
  const takeAll = async () => {
    for (const id of round % 2 === 0 ? order : order.toReversed()) subjects.set(id, await sample(id, each, bench));
  };
  if (round % 2 === 1) await takeAll();
  const echo = await sample('echo', each, bench);
  if (round % 2 === 0) await takeAll();
  return { echo, subjects };
}

async function sample(id: SubjectId, each: Case, bench: Bench): Promise<Sample> {
  const { connections, saturatedMillis, singleMillis } = bench.pace;
  return {
    saturated: await load(id, { each, bench, connections, millis: saturatedMillis }),
    single: await load(id, { each, bench, connections: 1, millis: singleMillis }),
  };
}

interface Asking {
  readonly each: Case;
  readonly bench: Bench;
  readonly connections: number;
  readonly millis: number;
}

async function load(id: SubjectId, { each, bench, connections, millis }: Asking): Promise<LoadResult> {
  const server = bench.servers.get(id);
  if (!server) throw new RangeError(`${id} is not running`);
  const target = server.target(id === 'echo' ? 'validate' : each.webhook);
  const body = each.body.toString('base64');
  const order = {
    target,
    body,
    again: each.again,
    connections,
    rampMillis: RAMP_MILLIS,
    millis,
    serverPid: server.pid,
  };
  return bench.generator.load(order).catch((cause: unknown) => {
    throw new Error(`${id}, ${each.id}: ${String(cause)}`, { cause });
  });
}

function reviewResult({ id, title, body }: Case, subject: SubjectId, rounds: readonly Round[]): ReviewResult {
  const samples = rounds.map(round => ({ echo: round.echo, subject: round.subjects.get(subject) ?? round.echo }));
  const { response } = JSON.parse(samples[0]?.subject.saturated.answer ?? '{}');
  const compare = (way: keyof Sample) => compared(samples.map(({ echo, subject }) => [subject[way], echo[way]]));
  return {
    case: id,
    title,
    subject,
    bodyBytes: body.length,
    warnings: response.warnings?.length ?? 0,
    saturated: compare('saturated'),
    single: compare('single'),
  };
}

function compared(pairs: readonly (readonly [subject: LoadResult, echo: LoadResult])[]): Compared {
  const ratio = (figure: keyof Figures) => spreadOf(pairs.map(([subject, echo]) => subject[figure] / echo[figure]));
  return {
    subject: figures(pairs.map(([subject]) => subject)),
    echo: figures(pairs.map(([, echo]) => echo)),
    ratio: {
      perSecond: ratio('perSecond'),
      serverMicros: ratio('serverMicros'),
      p50Millis: ratio('p50Millis'),
      p99Millis: ratio('p99Millis'),
    },
  };
}

function figures(results: readonly LoadResult[]): Figures {
  const of = (figure: keyof Figures) => spreadOf(results.map(result => result[figure]));
  return {
    perSecond: of('perSecond'),
    p50Millis: of('p50Millis'),
    p99Millis: of('p99Millis'),
    serverMicros: of('serverMicros'),
    serverBusy: of('serverBusy'),
    generatorBusy: of('generatorBusy'),
  };
}
