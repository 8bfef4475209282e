import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ReviewEnvironment } from '../../src/admission/admit.ts';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import type { Metrics } from '../../src/serving/metrics.ts';
import { createMetrics } from '../../src/serving/metrics.ts';
import type { ServerOptions, WebhookServer } from '../../src/webhook/server.ts';
import { startWebhookServer } from '../../src/webhook/server.ts';
import { allTold, reviewEnvironment } from '../webhook/harness.ts';

export interface Running extends WebhookServer {
  readonly metrics: Metrics;
  /** Value of one series in /metrics, `undefined` if it is missing: `zonewise_reviews_total{outcome="denied"}`. */
  metric(series: string): Promise<number | undefined>;
  /** Status of a path of the operations port. */
  ops(path: string): Promise<number>;
}

/** Starts both ports on loopback; they are closed when the test ends. */
export async function running(
  options: Partial<Omit<ServerOptions, 'environment'>> & Pick<ServerOptions, 'tls'>,
  over: Partial<ReviewEnvironment> = {},
): Promise<Running> {
  const metrics = createMetrics({ processMetrics: false });
  const server = await startWebhookServer({
    environment: reviewEnvironment(over),
    log: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    readiness: () => ({ ready: true, waitingFor: [] }),
    metrics,
    ...options,
  });
  onTestFinished(() => server.close(0));
  return {
    ...server,
    metrics,
    metric: async series => {
      await allTold();
      return seriesValue(await metrics.text(), series);
    },
    ops: async path => (await fetch(`http://127.0.0.1:${server.opsPort}${path}`)).status,
  };
}

function seriesValue(text: string, series: string): number | undefined {
  const line = text.split('\n').find(candidate => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

/** Pods that are returned when the test releases them; until then callers wait. */
export function heldPods() {
  const held: (() => void)[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const pods: PodFinder = {
    find: () =>
      new Promise(resolve => {
        held.push(() => resolve({ kind: 'gave-up', why: 'the test released it' }));
        for (const waiter of waiters) if (held.length >= waiter.count) waiter.resolve();
      }),
  };
  return {
    pods,
    /** Resolves when this many callers wait. */
    requested: (count: number) =>
      new Promise<void>(resolve => {
        if (held.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    letGo: () => {
      for (const release of held.splice(0)) release();
    },
  };
}
