import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { Service } from '../../../src/model/service.ts';
import { type NamespaceWorkloads, UiModel } from '../../../src/ui/server/ui-model.ts';
import { node, service, slice } from '../../controller/audit/audited-cluster.ts';
import { SAMPLE } from '../../support/builders.ts';
import { PageLab } from './ui-fixture.ts';

const NODES = ['a1', 'a2', 'a3'];
const CLUSTER = NODES.map(name => node(name)).join('');

test('has the findings, the in-zone share and the lost traffic in each row', async () => {
  const agent = service('agent') + slice('agent', ['a1', 'a2']);
  const lab = new PageLab(CLUSTER + agent + service('web', { spec: '' }) + slice('web', NODES));
  expect(lab.overview).toMatchObject({ complete: false, services: [] });
  await lab.start();
  expect(lab.overview).toEqual({
    revision: expect.any(Number),
    complete: true,
    source: { kind: 'live', name: 'https://10.0.0.1:443' },
    services: [
      {
        namespace: 'shop',
        name: 'agent',
        type: 'ClusterIP',
        findings: [{ rule: 'local-policy-uncovered-nodes', level: 'warn' }],
        inZone: 0.666667,
        lost: { internal: 1, external: 0, shortCircuit: 0 },
      },
      {
        namespace: 'shop',
        name: 'web',
        type: 'ClusterIP',
        findings: [],
        inZone: 1,
        lost: { internal: 0, external: 0, shortCircuit: 0 },
      },
    ],
  });
});

test('increments the revision for visible changes only', async () => {
  const lab = new PageLab(CLUSTER + service('agent') + slice('agent', ['a1', 'a2']));
  await lab.start();
  const before = lab.view.revision;
  lab.cluster.apply(slice('agent', ['a1', 'a2']));
  await lab.pass(700);
  expect(lab.view.revision).toBe(before);
  lab.cluster.apply(slice('agent', NODES));
  expect(lab.view.revision).toBeGreaterThan(before);
  expect((await lab.view.service('shop', 'agent'))?.slices[0]?.endpoints).toHaveLength(3);
  await lab.pass(2);
  expect(lab.row('shop/agent')).toMatchObject({ findings: [], lost: { internal: 0 } });
  lab.cluster.remove('Service', 'shop/agent');
  await lab.pass(2);
  expect(lab.overview.services).toEqual([]);
});

test('recomputes the row of a Service whose rules read no Node when a Node is added', async () => {
  const lab = new PageLab(CLUSTER + service('plain', { spec: '' }) + slice('plain', ['a1']));
  await lab.start();
  expect(lab.row('shop/plain')).toMatchObject({ inZone: 1 });
  lab.cluster.apply(node('b1').replace('zone-a', 'zone-b'));
  await lab.pass(2);
  expect(lab.row('shop/plain')).toMatchObject({ inZone: 0.75 });
});

test('increments the revision for a new policy even if no finding changes', async () => {
  const lab = new PageLab(CLUSTER + service('plain', { spec: '' }));
  await lab.start();
  const before = lab.view.revision;
  lab.policy = { ...DEFAULT_POLICY, names: 'counts-only' };
  await lab.pass(5);
  expect(lab.view.revision).toBeGreaterThan(before);
  expect(lab.view.cluster().policy.names).toBe('counts-only');
});

test('returns all the data that a browser needs for an evaluation, and it survives JSON', async () => {
  const lab = new PageLab(CLUSTER + service('agent') + slice('agent', ['a1']));
  lab.cluster.apply('{ kind: Namespace, metadata: { name: shop, labels: { team: blue } } }');
  lab.cluster.ageSeconds = Number.POSITIVE_INFINITY;
  const detail = await lab.view.service('shop', 'agent');
  expect(detail).toMatchObject({ service: { name: 'agent' }, namespaceLabels: { team: 'blue' } });
  expect(JSON.parse(JSON.stringify(detail))).toEqual(detail);
  const cluster = lab.view.cluster();
  expect(cluster.nodes.map(({ name }) => name)).toEqual(NODES);
  expect(JSON.parse(JSON.stringify(cluster))).toEqual(cluster);
  expect(cluster.facts.topologyAgeSeconds).toBeGreaterThan(1e9);
  expect(await lab.view.service('shop', 'nobody')).toBeNull();
});

test('asks for the workloads of a namespace that the topology does not have, and passes on why there are none', async () => {
  const lab = new PageLab(CLUSTER + service('agent') + slice('agent', ['a1']));
  const [workload] = SAMPLE.workloads('shop');
  if (!workload) throw new Error('the sample has workloads');
  const own = { ...workload, podLabels: lab.cluster.topology.service('shop', 'agent')?.selector ?? {} };
  const source = { kind: 'live', name: lab.cluster.address } as const;
  const detail = (found: NamespaceWorkloads) =>
    new UiModel({
      cluster: lab.cluster,
      policy: () => DEFAULT_POLICY,
      source,
      findWorkloads: async () => found,
    }).service('shop', 'agent');
  const other = { ...workload, podLabels: { app: 'other' } };
  expect(await detail({ workloads: [own, other], unknownBecause: null })).toMatchObject({
    workloads: [own],
    workloadsUnknownBecause: null,
  });
  expect(await detail({ workloads: [], unknownBecause: 'forbidden' })).toMatchObject({
    workloads: [],
    workloadsUnknownBecause: 'forbidden',
  });
});

test('evaluates 10,000 Services in time slices and shows the finished rows meanwhile', async () => {
  const lab = new PageLab(CLUSTER + service('one', { spec: '' }));
  const one = lab.cluster.topology.service('shop', 'one');
  const many = Array.from(
    { length: 10_000 },
    (_, n) => ({ ...one, namespace: `ns${n % 50}`, name: `s${n}` }) as Service,
  );
  const byKey = new Map(many.map(each => [`${each.namespace}/${each.name}`, each]));
  lab.cluster.topology.services = () => many;
  lab.cluster.topology.service = (namespace, name) => byKey.get(`${namespace}/${name}`);
  await lab.start();
  const early = lab.overview;
  expect(early.complete).toBe(false);
  expect(early.services.length).toBeGreaterThan(0);
  expect(early.services.length).toBeLessThan(5_000);
  await expect.poll(() => lab.overview.complete, { timeout: 15_000 }).toBe(true);
  expect(lab.overview.services).toHaveLength(10_000);
  // 0.1 ms per Service, a yield every 3 ms.
  expect(lab.yields).toBeGreaterThan(100);
  const names = lab.overview.services.map(({ namespace, name }) => `${namespace}/${name}`);
  expect(names).toEqual([...names].sort());
});
