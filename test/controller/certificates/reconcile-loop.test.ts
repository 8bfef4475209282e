import { expect, test } from 'vitest';
import { reconcileLoop } from '../../../src/controller/certificates/reconcile-loop.ts';
import { recordLog } from '../../kube/client.ts';
import { apiStatusError } from '../../kube/writer/fake-object-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const DAY = 24 * 3_600_000;

/** A loop whose steps have these outcomes: milliseconds until the next step, or an error. The last outcome repeats. */
function keeperOf(...outcomes: readonly (number | Error)[]) {
  const clock = new FakeClock();
  const log = recordLog();
  const stopping = new AbortController();
  let looks = 0;
  const reconcile = async (): Promise<number> => {
    const outcome = outcomes[Math.min(looks++, outcomes.length - 1)] ?? 0;
    if (typeof outcome === 'number') return outcome;
    throw outcome;
  };
  const running = reconcileLoop({ clock, log: log.log, reconcile }).run(stopping.signal);
  const stop = () => {
    stopping.abort();
    return running;
  };
  return { clock, lines: log.lines, looks: () => looks, stop };
}

test('steps follow each other immediately; then it polls every five seconds', async () => {
  const { clock, looks, stop } = keeperOf(0, 0, 0, DAY);
  await until('quiet', () => clock.pending().length === 1);
  expect([looks(), clock.pending()]).toEqual([4, [5_000]]);
  await clock.passTimer(5_000, 5_000);
  await until('quiet', () => clock.pending().length === 1);
  expect(looks()).toBe(5);
  await stop();
  expect(clock.pending()).toEqual([]);
});

test('wakes up earlier if a step is due', async () => {
  const { clock, stop } = keeperOf(1_200);
  await until('quiet', () => clock.pending().length === 1);
  expect(clock.pending()).toEqual([1_200]);
  await stop();
});

test('reconciles again immediately after a conflict, without a log line', async () => {
  const { clock, looks, lines, stop } = keeperOf(apiStatusError(409, 'Conflict'), DAY);
  await until('quiet', () => clock.pending().length === 1);
  expect([looks(), lines]).toEqual([2, []]);
  await stop();
});

test('pauses during repeated conflicts with another writer', async () => {
  const { clock, looks, stop } = keeperOf(0);
  await until('a pause', () => clock.pending().length === 1);
  expect([looks(), clock.pending()]).toEqual([10, [5_000]]);
  await stop();
});

test('logs an error and retries with growing delays', async () => {
  const { clock, looks, lines, stop } = keeperOf(apiStatusError(403, 'Forbidden'));
  const waits = [];
  for (let tries = 0; tries < 4; tries++) waits.push(await clock.passTimer(1, 30_000));
  expect([looks() >= 4, waits[3] !== undefined && waits[0] !== undefined && waits[3] > waits[0]]).toEqual([true, true]);
  expect(lines[0]).toMatchObject({
    level: 'warn',
    message: 'certificate reconciliation failed',
    fields: { error: 'API server answered 403: Forbidden' },
  });
  await stop();
});
