import { expect, test } from 'vitest';
import type { Runnable } from '../../../src/controller/leader/runnable.ts';
import { runAll } from '../../../src/controller/leader/runnable.ts';
import { recordLog } from '../../kube/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

test('restarts a runnable that fails, keeps the others running, and ends all of them with the signal', async () => {
  const clock = new FakeClock();
  const { log, lines } = recordLog();
  const stopping = new AbortController();
  const starts = { healthy: 0, shaky: 0 };
  const untilStopped = (signal: AbortSignal) =>
    new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
  const healthy: Runnable = {
    name: 'healthy',
    run: signal => {
      starts.healthy++;
      return untilStopped(signal);
    },
  };
  const shaky: Runnable = {
    name: 'shaky',
    run: async signal => {
      if (++starts.shaky === 1) throw new Error('failed');
      if (starts.shaky > 2) await untilStopped(signal);
    },
  };
  const running = runAll([healthy, shaky], { clock, log }, stopping.signal);
  await clock.passTimer(5_000, 5_000);
  await clock.passTimer(5_000, 5_000);
  await until('a third start', () => starts.shaky === 3);
  expect(starts.healthy).toBe(1);
  expect(lines.map(({ message, fields }) => `${fields.part} ${message}`)).toEqual([
    'shaky runnable failed',
    'shaky runnable ended early',
  ]);
  stopping.abort();
  await running;
  expect(clock.pending()).toEqual([]);
});
