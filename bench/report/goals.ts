import type { Result } from '../result.ts';
import { number, percent, type Row, table } from './format.ts';
import { judgement, pick } from './pick.ts';

interface Goal {
  readonly goal: string;
  readonly measured: string;
  /** `null` where it could not be measured. */
  readonly met: boolean | null;
}

/** What the project set itself, and what came out. */
export function goalTable(result: Result): string {
  const rows = goalsOf(result).map(
    ({ goal, measured, met }): Row => [goal, measured, met === null ? 'not measured' : met ? 'yes' : '**no**'],
  );
  return table(['goal', 'measured', 'met'], rows);
}

function goalsOf(result: Result): readonly Goal[] {
  return [
    ...SEEN.flatMap(seen => [throughput(result, seen, 'small', 0.8), throughput(result, seen, 'big', 0.75)]),
    ...SEEN.flatMap(seen =>
      (['small', 'big'] as const).flatMap(size => [
        tail(result, seen, size, 'single'),
        tail(result, seen, size, 'saturated'),
      ]),
    ),
    ...SEEN.flatMap(seen => [peer(result, seen, 'controller-runtime', 2), peer(result, seen, 'pepr', 5)]),
    ...growth(result),
  ];
}

/** Reviews come as before or are such as never came: the case's id ends so, and the goal says so. */
interface Seen {
  readonly suffix: string;
  readonly words: string;
}

const SEEN: readonly Seen[] = [
  { suffix: '-again', words: 'as before' },
  { suffix: '', words: 'never seen' },
];

/** The one finding comes from the topology, on CREATE and on UPDATE: the worse of both counts. */
const ONE_FINDING = ['one-create', 'one-update'];

function throughput(result: Result, { suffix, words }: Seen, size: 'small' | 'big', least: number): Goal {
  const ratios = ONE_FINDING.map(
    id => pick(result, `${id}${suffix}`, `zonewise-${size}`)?.saturated.ratio.perSecond.median ?? Number.NaN,
  );
  const worst = Math.min(...ratios);
  return {
    goal: `throughput at least ×${least} of the echo's, ${size} topology, one finding, ${words}`,
    measured: `×${number(worst)}`,
    met: known(worst, worst >= least),
  };
}

function tail(result: Result, { suffix, words }: Seen, size: 'small' | 'big', load: 'single' | 'saturated'): Goal {
  const excess = ONE_FINDING.map(id => {
    const found = pick(result, `${id}${suffix}`, `zonewise-${size}`)?.[load];
    return found ? { own: found.subject.p99Millis.median, echo: found.echo.p99Millis.median } : null;
  }).filter(pair => pair !== null);
  const worst = excess.toSorted((a, b) => b.own - 1.5 * b.echo - (a.own - 1.5 * a.echo))[0];
  const connections = load === 'single' ? 'one connection' : `${result.settings.connections} connections`;
  return {
    goal: `p99 at most 1.5 × the echo's + 0.5 ms, ${size} topology, one finding, ${words}, ${connections}`,
    measured: worst ? `${number(worst.own)} ms, the echo ${number(worst.echo)} ms` : '–',
    met: worst ? worst.own <= 1.5 * worst.echo + 0.5 : null,
  };
}

/** Requests a core: by processor time, which does not depend on what else the machine does. */
function peer(result: Result, { suffix, words }: Seen, id: 'controller-runtime' | 'pepr', least: number): Goal {
  const factors = ['static-create', 'static-update'].map(
    each =>
      (pick(result, each, id)?.saturated.subject.serverMicros.median ?? Number.NaN) /
      (pick(result, `${each}${suffix}`, 'zonewise-small')?.saturated.subject.serverMicros.median ?? Number.NaN),
  );
  const worst = Math.min(...factors);
  return {
    goal: `at least ${least} times the requests a core of ${id === 'pepr' ? 'Pepr' : 'the Go webhook'}, same static check, ${words}, small topology`,
    measured: `×${number(worst)}`,
    met: known(worst, worst >= least),
  };
}

function growth(result: Result): readonly Goal[] {
  const { small, big } = result.topologies;
  const added = [small, big].map(({ nodes }) => judgement(result, nodes, 5_000) - judgement(result, nodes, 15));
  const worst = Math.max(...added) / 1000;
  const share = judgement(result, big.nodes, 15) / judgement(result, small.nodes, 15) - 1;
  const whole = (size: string) =>
    pick(result, 'one-update', `zonewise-${size}`)?.saturated.subject.serverMicros.median ?? Number.NaN;
  const wholeShare = whole('big') / whole('small') - 1;
  return [
    {
      goal: '15 → 5,000 endpoints add at most 2 ms to a judgement',
      measured: `${number(worst)} ms`,
      met: known(worst, worst <= 2),
    },
    {
      goal: '50 → 5,000 nodes add at most 10 % to a judgement',
      measured: percent(share),
      met: known(share, share <= 0.1),
    },
    {
      goal: '50 → 5,000 nodes add at most 10 % to a whole review (processor time)',
      measured: percent(wholeShare),
      met: known(wholeShare, wholeShare <= 0.1),
    },
  ];
}

function known(value: number, met: boolean): boolean | null {
  return Number.isNaN(value) ? null : met;
}
