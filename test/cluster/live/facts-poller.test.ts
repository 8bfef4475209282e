import { describe, expect, onTestFinished, test } from 'vitest';
import { NAMED_EVIDENCE } from '../../../src/cluster/data-plane/evidence.ts';
import { FactsPoller } from '../../../src/cluster/live/facts-poller.ts';
import { statedDataPlanes } from '../../../src/config/data-planes.ts';
import { describeDataPlanes } from '../../../src/model/data-plane-text.ts';
import { connectTo, recordLog } from '../../kube/client.ts';
import { FakeApiServer, sendJson, sendStatus } from '../../kube/fake-api-server.ts';
import { dataPlanes } from '../../support/builders.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const CILIUM_CONFIG = { 'kube-proxy-replacement': 'true', 'enable-service-topology': 'true' };
const CILIUM_DAEMON_SET = {
  metadata: { labels: { 'k8s-app': 'cilium' } },
  spec: {
    template: { spec: { containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.19.1@sha256:00' }] } },
  },
};
const CILIUM_TEXT = 'cilium@1.19.1,service-topology=true';

async function readFacts(dataPlane = 'auto') {
  const server = await new FakeApiServer().start();
  onTestFinished(() => server.stop());
  const clock = new FakeClock();
  const answers = {
    version: { gitVersion: 'v1.36.2-gke.1', minor: '36+' } as object,
    cilium: CILIUM_CONFIG as object | null,
  };
  server.scripts.push(({ path, response }) => {
    if (path === '/version') return sendJson(response, answers.version);
    if (path.endsWith('/cilium-config') && answers.cilium) return sendJson(response, { data: answers.cilium });
    if (path.endsWith('/daemonsets/cilium') && answers.cilium) return sendJson(response, CILIUM_DAEMON_SET);
    return path.endsWith('/kube-proxy') ? sendStatus(response, 403, 'Forbidden') : undefined;
  });
  const { log } = recordLog();
  const facts = new FactsPoller({
    client: connectTo(server.url, clock),
    clock,
    log,
    stated: statedDataPlanes([dataPlane], ''),
    random: () => 0,
  });
  onTestFinished(() => facts.stop());
  facts.start();
  return { server, clock, facts, answers };
}

describe('the facts of a cluster', () => {
  test('are its version and data plane', async () => {
    const { server, facts } = await readFacts();
    await facts.whenKnown;
    expect(facts).toMatchObject({ known: true, version: { minor: 36 } });
    expect(describeDataPlanes(facts.dataPlanes)).toBe(CILIUM_TEXT);
    expect(server.calls.map(({ path }) => path).sort()).toEqual([
      ...NAMED_EVIDENCE.map(({ path }) => path).sort(),
      '/version',
    ]);
  });

  test('take the data plane from the configuration if it is set there', async () => {
    const { server, facts } = await readFacts('ipvs');
    await facts.whenKnown;
    expect(facts.dataPlanes).toEqual(dataPlanes('ipvs'));
    expect(server.calls.map(({ path }) => path)).toEqual(['/version']);
  });

  test('are read again every ten minutes', async () => {
    const { clock, facts, answers } = await readFacts();
    await facts.whenKnown;
    answers.version = { gitVersion: 'no version', minor: '37+' };
    answers.cilium = null;
    expect(await clock.passTimer(600_000, 600_000)).toBe(600_000);
    await until('the new version', () => facts.version.minor === 37);
    expect(facts.dataPlanes.certainty).toBe('assumed');
  });

  test('are read again when the server is back, but once for all watches', async () => {
    const { server, clock, facts, answers } = await readFacts('other');
    await facts.whenKnown;
    await until('the pause', () => clock.pending().includes(600_000));
    facts.refresh();
    clock.advance(5_000);
    expect(server.calls).toHaveLength(1);
    answers.version = { gitVersion: 'v1.37.0' };
    facts.refresh();
    facts.refresh();
    await until('the new version', () => facts.version.minor === 37);
    expect(server.calls).toHaveLength(2);
  });

  test('are kept while the server is unavailable, and are then read again', async () => {
    const { server, clock, facts, answers } = await readFacts();
    await facts.whenKnown;
    await server.stop();
    await clock.passTimer(600_000, 600_000);
    await until('a failure', () => facts.lastError !== null);
    expect(facts).toMatchObject({ known: true, version: { minor: 36 } });
    expect(describeDataPlanes(facts.dataPlanes)).toBe(CILIUM_TEXT);
    answers.version = { gitVersion: 'v1.37.0' };
    await server.start();
    await clock.passBackoff();
    await until('the new version', () => facts.version.minor === 37);
    expect(facts.lastError).toBeNull();
  });
});
