import { describe, expect, onTestFinished, test } from 'vitest';
import { type ConfigMapData, detectDataPlane } from '../../../src/cluster/live/data-plane.ts';
import { FactsPoller } from '../../../src/cluster/live/facts-poller.ts';
import { statedDataPlanes } from '../../../src/config/data-planes.ts';
import {
  ASSUMED_KUBE_PROXY,
  CILIUM,
  type DataPlane,
  type DataPlanes,
  KUBE_PROXY,
  statedDataPlane,
} from '../../../src/model/data-plane.ts';
import { connectTo, recordLog } from '../../kube/client.ts';
import { FakeApiServer, sendJson, sendStatus } from '../../kube/fake-api-server.ts';
import { dataPlanes } from '../../support/builders.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const ipvs = {
  'config.conf': 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n',
};
const nftables = { 'config.conf': 'kind: KubeProxyConfiguration\nmode: nftables\n' };
const replaced = { 'kube-proxy-replacement': 'true' };

function known(dataPlane: DataPlane): DataPlanes {
  return { ...statedDataPlane(dataPlane), stated: false };
}

describe('the data plane is', () => {
  const cases: [string, ConfigMapData, ConfigMapData, object][] = [
    ['ipvs if kube-proxy runs in that mode', ipvs, 'absent', known({ ...KUBE_PROXY, mode: 'ipvs' })],
    ['kube-proxy in any other mode', nftables, 'absent', known(KUBE_PROXY)],
    ['kube-proxy if its configuration is unreadable', { 'config.conf': 'a: [' }, 'absent', known(KUBE_PROXY)],
    ['cilium if it replaces kube-proxy', 'absent', replaced, known(CILIUM)],
    ['cilium with the value used before 1.14', 'absent', { 'kube-proxy-replacement': 'strict' }, known(CILIUM)],
    ['cilium even if a ConfigMap of kube-proxy is left over', ipvs, replaced, known(CILIUM)],
    [
      'cilium with service topology if that is on',
      'absent',
      { ...replaced, 'enable-service-topology': 'true' },
      known({ ...CILIUM, serviceTopology: true }),
    ],
    [
      'kube-proxy beside a Cilium that does not handle Services',
      nftables,
      { 'kube-proxy-replacement': 'false' },
      known(KUBE_PROXY),
    ],
    ['assumed to be kube-proxy without either ConfigMap', 'absent', 'absent', ASSUMED_KUBE_PROXY],
    ['assumed to be kube-proxy if neither ConfigMap may be read', 'hidden', 'hidden', ASSUMED_KUBE_PROXY],
    [
      'only assumed if Cilium’s ConfigMap may not be read',
      ipvs,
      'hidden',
      { ...known({ ...KUBE_PROXY, mode: 'ipvs' }), certainty: 'assumed' },
    ],
  ];
  for (const [title, kubeProxy, cilium, expected] of cases) {
    test(title, () => expect(detectDataPlane(kubeProxy, cilium)).toEqual(expected));
  }
});

async function readFacts(dataPlane = 'auto') {
  const server = await new FakeApiServer().start();
  onTestFinished(() => server.stop());
  const clock = new FakeClock();
  const answers = {
    version: { gitVersion: 'v1.36.2-gke.1', minor: '36+' } as object,
    cilium: replaced as object | null,
  };
  server.scripts.push(({ path, response }) => {
    if (path === '/version') return sendJson(response, answers.version);
    if (path.endsWith('/cilium-config') && answers.cilium) return sendJson(response, { data: answers.cilium });
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
    expect(facts).toMatchObject({ known: true, version: { minor: 36 }, dataPlanes: known(CILIUM) });
    expect(server.calls.map(({ path }) => path).sort()).toEqual([
      '/api/v1/namespaces/kube-system/configmaps/cilium-config',
      '/api/v1/namespaces/kube-system/configmaps/kube-proxy',
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
    expect(facts.dataPlanes).toEqual(ASSUMED_KUBE_PROXY);
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
    expect(facts).toMatchObject({ known: true, version: { minor: 36 }, dataPlanes: known(CILIUM) });
    answers.version = { gitVersion: 'v1.37.0' };
    await server.start();
    await clock.passBackoff();
    await until('the new version', () => facts.version.minor === 37);
    expect(facts.lastError).toBeNull();
  });
});
