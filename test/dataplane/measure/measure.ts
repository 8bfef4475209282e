import type { ProbeResult } from '../environment/agent.ts';
import type { Lab } from '../environment/environment.ts';
import type { Place } from '../environment/network.ts';
import type { Probe } from './probes.ts';

/** A probe with the outcomes that the model predicts: the endpoints that answer, `drop` or `reject`. */
export interface Expectation extends Probe {
  /** Data that the client sends first; `''` if it only listens. */
  readonly say?: string;
  readonly expected: readonly string[];
}

export interface Measurement extends Expectation {
  readonly result: ProbeResult;
}

/** Timeout if a drop is expected; otherwise longer, so that a slow machine does not look like a drop. */
const DROP_MS = 700;
const ANSWER_MS = 5_000;
/** Probability of missing an endpoint that the model excludes. */
const MISS_ODDS = 1e-4;
const MIN_TRIES = 12;
const MIN_REJECTIONS = 3;
/** With eight endpoints, the probability of missing one of them by then is one in a hundred million. */
const MAX_TRIES = 150;
const AT_ONCE = 12;

/** Makes all connections, a few at a time per namespace. The results are in the order of `expectations`. */
export async function measure(lab: Lab, expectations: readonly Expectation[]): Promise<readonly Measurement[]> {
  const results = new Map<Expectation, Measurement>();
  const work = async (place: Place, queue: Expectation[]): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift())
      results.set(next, { ...next, result: await lab.agent(place).probe(jobOf(next)) });
  };
  const queues = Map.groupBy(expectations, ({ place }) => place);
  const workers = [...queues].flatMap(([place, queue]) => Array.from({ length: AT_ONCE }, () => work(place, queue)));
  await Promise.all(workers);
  return expectations.map(expectation => {
    const observation = results.get(expectation);
    if (!observation) throw new Error(`${expectation.way} was not measured`);
    return observation;
  });
}

function jobOf({
  host,
  hostPort: port,
  from,
  say = '',
  expected,
}: Expectation): Parameters<ReturnType<Lab['agent']>['probe']>[0] {
  const to = { host, port, from, say, expected };
  if (expected.includes('drop')) return { ...to, least: 2, most: 2, timeoutMs: DROP_MS };
  if (expected.includes('reject')) return { ...to, least: MIN_REJECTIONS, most: MIN_REJECTIONS, timeoutMs: ANSWER_MS };
  return { ...to, least: leastTries(expected.length), most: MAX_TRIES, timeoutMs: ANSWER_MS };
}

/** Number of connections that would have shown one more endpoint than expected, chosen as often as the others. */
function leastTries(endpoints: number): number {
  const perTry = endpoints / (endpoints + 1);
  return Math.max(MIN_TRIES, Math.ceil(Math.log(MISS_ODDS) / Math.log(perTry)));
}
