import type { LevelResult, Result } from '../result.ts';
import { number, type Row, table } from './format.ts';
import { levelOf } from './pick.ts';

interface Goal {
  readonly goal: string;
  readonly measured: string;
  /** `null` if it was not measured. */
  readonly isMet: boolean | null;
}

type Size = 'small' | 'big';
const SIZES: readonly Size[] = ['small', 'big'];
const E_CONNECTIONS = [1, 8, 32];
const SATURATED = 16;

/** The goals of the project with the figures of this run. */
export function goalTable(result: Result): string {
  const rows = goalsOf(result).map(
    ({ goal, measured, isMet }): Row => [goal, measured, isMet === null ? 'not measured' : isMet ? 'yes' : '**no**'],
  );
  return table(['goal', 'measured', 'met'], rows);
}

/** CPU counts: it does not depend on other processes, nor on the generator at one connection. */
function goalsOf(result: Result): readonly Goal[] {
  const atLeast = (goal: string, minimum: number, ratios: readonly (number | undefined)[]): Goal => {
    const worst = ratios.includes(undefined) ? Number.NaN : Math.min(...ratios.map(Number));
    return {
      goal: `${goal}: at least ×${minimum}`,
      measured: `×${number(worst)}`,
      isMet: known(worst >= minimum, worst),
    };
  };
  const ofE = (id: string, size: Size) =>
    E_CONNECTIONS.map(count => levelOf(result, id, `zonewise-${size}`, count)?.ofLoggingEcho.cpu.median);
  const ofEcho = (id: string, size: Size) => levelOf(result, id, `zonewise-${size}`, SATURATED)?.ofEcho.cpu.median;
  const one = (variant: string) => ['create', 'update'].map(operation => `${variant}-one-${operation}`);
  return [
    ...SIZES.flatMap(size => [
      atLeast(
        `same spec again, at 1, 8 and 32 connections, ${size} cluster, of E’s`,
        0.8,
        [...one('uid'), 'uid-nothing-create'].flatMap(id => ofE(id, size)),
      ),
      atLeast(`… five findings, ${size} cluster, of E’s`, 0.7, ofE('uid-many-update', size)),
    ]),
    ...SIZES.flatMap(size => {
      const ratios = one('services').map(id => ofEcho(id, size));
      return [
        atLeast(`many Services in turn, one finding, ${size} cluster, of the bare echo’s (floor)`, 0.35, ratios),
        atLeast(`… to aim for, ${size} cluster`, 0.5, ratios),
      ];
    }),
    atLeast('many Services in turn, static check, small cluster, of the Go webhook’s', 1, [
      ofGo(result, 'services-static-create'),
    ]),
    atLeast(
      'another target port each time, one finding, big cluster, of the bare echo’s (floor)',
      0.35,
      one('ports').map(id => ofEcho(id, 'big')),
    ),
    ...SIZES.flatMap(size => [
      tail(result, size, 1, 'p99 at one connection at most 1.5 × the echo’s + 0.5 ms', echo => 1.5 * echo + 0.5),
      tail(result, size, SATURATED, 'p99 at 16 connections at most 3 × the echo’s', echo => 3 * echo),
    ]),
    ...curveGoals(result),
    ...commandGoals(result),
    ...memoryGoals(result),
    limitsGoal(result),
  ];
}

function ofGo(result: Result, id: string): number | undefined {
  const micros = (subject: string) => levelOf(result, id, subject, SATURATED)?.figures.serverMicros.median;
  const [own, peer] = [micros('zonewise-small'), micros('controller-runtime')];
  return own && peer ? peer / own : undefined;
}

/** The worst of the reviews that were never seen, with one finding. */
function tail(result: Result, size: Size, connections: number, goal: string, limit: (echo: number) => number): Goal {
  const p99 = (level: LevelResult | undefined) => level?.figures.p99Ms.median ?? Number.NaN;
  const pairs = ['services-one-create', 'services-one-update'].map(id => ({
    own: p99(levelOf(result, id, `zonewise-${size}`, connections)),
    echo: p99(levelOf(result, id, 'echo', connections)),
  }));
  const worst = pairs.toSorted((a, b) => b.own / limit(b.echo) - a.own / limit(a.echo))[0];
  const { own, echo } = worst ?? { own: Number.NaN, echo: Number.NaN };
  return {
    goal: `${goal}, many Services in turn, one finding, ${size} cluster`,
    measured: `${number(own)} ms, the echo ${number(echo)} ms`,
    isMet: known(own <= limit(echo), own),
  };
}

const CURVE_GOALS = [
  { ports: 1_000, endpoints: 1_000, maxMs: 25, maxMiB: Number.POSITIVE_INFINITY },
  { ports: 4_000, endpoints: 5_000, maxMs: 80, maxMiB: 10 },
] as const;

function curveGoals({ curves }: Result): readonly Goal[] {
  return CURVE_GOALS.flatMap(({ ports, endpoints, maxMs, maxMiB }) => {
    const points = curves.filter(each => each.ports === ports && each.endpoints === endpoints && ports > 1);
    const goal = (kind: string, named: boolean): Goal => {
      const of = points.filter(({ curve }) => curve.includes('named') === named);
      const ms = of.length === 0 ? Number.NaN : Math.max(...of.map(({ firstMs }) => firstMs));
      const kept = Math.max(...of.map(({ keptMiB }) => keptMiB));
      const isMet = ms <= maxMs && kept <= maxMiB && of.every(({ isComplete }) => isComplete);
      const keptGoal = Number.isFinite(maxMiB) ? ` and at most ${maxMiB} MiB kept` : '';
      return {
        goal: `${number(ports, 0)} ${kind} ports × ${number(endpoints, 0)} endpoints at most ${maxMs} ms the first time${keptGoal}`,
        measured: `${number(ms)} ms, ${number(of.length === 0 ? Number.NaN : kept)} MiB kept`,
        isMet: known(isMet, ms),
      };
    };
    return [goal('numbered', false), goal('named', true)];
  });
}

const COMMAND_GOALS = [
  { part: 'audit', what: '`audit -o json` of 10,000 Services with Local on 5,000 nodes', maxSeconds: 20, maxMiB: 600 },
  { part: 'advise', what: '`advise --all -o json` of 10,000 Services on 5,000 nodes', maxSeconds: 60, maxMiB: 1024 },
] as const;

function commandGoals(result: Result): readonly Goal[] {
  return COMMAND_GOALS.map(({ part, what, maxSeconds, maxMiB }) => {
    const run = result[part];
    return {
      goal: `${what}, one core, in at most ${maxSeconds} s and ${maxMiB} MiB`,
      measured: run ? `${number(run.seconds)} s, ${number(run.peakMiB)} MiB, exit code ${run.exitCode}` : '–',
      isMet: run && run.exitCode === 0 && run.seconds <= maxSeconds && run.peakMiB <= maxMiB,
    };
  });
}

const MAX_MIB: Readonly<Record<Size, number>> = { small: 100, big: 220 };

/** Both of a live topology under churn and of a file topology after all rounds. */
function memoryGoals({ churn, servers }: Result): readonly Goal[] {
  return SIZES.map(size => {
    const live = churn.find(({ cluster }) => cluster === size)?.endMiB ?? Number.NaN;
    const rounds = servers.find(({ id }) => id === `zonewise-${size}`)?.endMiB ?? Number.NaN;
    return {
      goal: `RSS after load and churn at most ${MAX_MIB[size]} MiB, ${size} cluster`,
      measured: `${number(live)} MiB with churn, ${number(rounds)} MiB after all rounds`,
      isMet: known(Math.max(live, rounds) <= MAX_MIB[size], live + rounds),
    };
  });
}

function limitsGoal({ limits }: Result): Goal {
  const worst = limits.length === 0 ? Number.NaN : Math.max(...limits.map(({ worstMs }) => worstMs));
  const isMet = worst <= 200 && limits.every(({ status }) => status === 200);
  const ended = limits.some(({ status }) => status !== 200) ? ', not all answered' : '';
  return {
    goal: 'inputs that ended in out of memory are answered within 200 ms under the chart’s heap',
    measured: `${number(worst)} ms${ended}`,
    isMet: known(isMet, worst),
  };
}

function known(isMet: boolean, value: number): boolean | null {
  return Number.isNaN(value) ? null : isMet;
}
