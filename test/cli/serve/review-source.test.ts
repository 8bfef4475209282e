import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchServerConfig } from '../../../src/cli/serve/config-events.ts';
import { openReviewSource } from '../../../src/cli/serve/review-source.ts';
import { createMetrics } from '../../../src/serving/metrics.ts';
import { startCluster, writeKubeconfig } from '../../kube/client.ts';
import { sendJson } from '../../kube/fake-api-server.ts';
import { PATHS } from '../../kube/fake-cluster.ts';
import { node } from '../../kube/objects.ts';

const terminal = { stdin: async () => '', out: () => {}, err: () => {}, colour: false };
const soon = { timeout: 10_000, interval: 20 };

/** A source that reads a cluster of one Node. */
async function live() {
  const fake = await startCluster();
  fake.set(PATHS.nodes, node('n1', 'zone-a'));
  const metrics = createMetrics({ processMetrics: false });
  const log = pino({ level: 'silent' });
  const config = watchServerConfig(undefined, { log, metrics });
  const kubeconfig = writeKubeconfig(fake.server.url);
  const source = await openReviewSource({ kubeconfig, dataplane: ['kube-proxy'] }, { log, terminal, metrics, config });
  onTestFinished(() => source.stop());
  return { fake, source, metrics };
}

function version({ path, response }: { path: string; response: never }): true | undefined {
  return path === '/version' ? sendJson(response, { gitVersion: 'v1.37.1' }) : undefined;
}

test('becomes ready with the first sync and stays ready without an API server', async () => {
  const { fake, source, metrics } = await live();
  expect(source.readiness()).toMatchObject({ ready: false, waitingFor: expect.arrayContaining(['topology']) });
  fake.server.scripts.unshift(version as never);
  await source.whenReady;
  expect(source.readiness()).toEqual({ ready: true, waitingFor: [] });
  await fake.server.stop();
  const errors = async () =>
    /^zonewise_topology_watch_errors_total\{resource="nodes"\} (\d+)$/m.exec(await metrics.text());
  await vi.waitFor(async () => expect(Number((await errors())?.[1])).toBeGreaterThan(0), soon);
  expect(source.readiness()).toEqual({ ready: true, waitingFor: [] });
  const text = await metrics.text();
  expect(text).toContain('zonewise_topology_objects{resource="nodes"} 1\n');
  expect(text).toMatch(/^zonewise_topology_age_seconds \d/m);
  expect(await source.environment.pods?.find('shop', { app: 'web' })).toMatchObject({ kind: 'gave-up' });
  expect(await metrics.text()).toContain('zonewise_pod_lookup_refusals_total{reason="error"} 1\n');
});

test('passes the age of the topology to the evaluation', async () => {
  const { fake, source } = await live();
  fake.server.scripts.unshift(version as never);
  await source.whenReady;
  await fake.server.stop();
  const now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 400_000);
  onTestFinished(() => clock.mockRestore());
  expect(source.environment.facts().topologyAgeSeconds).toBeGreaterThan(300);
});
