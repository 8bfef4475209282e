import { expect, test } from 'vitest';
import { sightingsOf } from '../../../src/controller/events/observation.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { asObject } from '../../../src/model/raw.ts';
import { RULES } from '../../../src/rules/index.ts';
import { refusal } from '../../kube/writer/fake-object-api.ts';
import { AuditLab, finding, RECORD } from './audit-harness.ts';
import { node, service, slice } from './audited-cluster.ts';

const RULE = 'local-policy-uncovered-nodes';
const FOUND = 'LocalPolicyUncoveredNodes';
const RESOLVED = 'LocalPolicyUncoveredNodesResolved';
const NODES = ['n1', 'n2', 'n3'];
const SHOP = NODES.map(name => node(name)).join('') + service('agent') + slice('agent', NODES);

async function quietShop(): Promise<AuditLab> {
  const lab = new AuditLab(SHOP);
  await lab.lead();
  await lab.pass(30);
  expect(lab.told).toEqual([]);
  return lab;
}

const reasons = (lab: AuditLab) => lab.told.map(({ reason }) => reason);

test('a pod that leaves a node is told of once within 30 s, and once when it is back', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(30);
  expect(lab.told).toMatchObject([{ service: 'agent', type: 'Warning', reason: FOUND }]);
  expect(lab.told[0]?.note).toMatch(/\(n3\).*\[local-policy-uncovered-nodes\]$/);
  await lab.pass(1_500);
  expect(reasons(lab)).toEqual([FOUND]);
  lab.apply(slice('agent', NODES));
  await lab.pass(30);
  expect(lab.told.slice(1)).toEqual([
    {
      service: 'agent',
      type: 'Normal',
      reason: RESOLVED,
      note: expect.stringMatching(/^No longer so: .*\[local-policy-uncovered-nodes\]$/),
    },
  ]);
  await lab.pass(1_500);
  expect(lab.told).toHaveLength(2);
});

test('the Event names its Service by uid, which is how kubectl describe finds it', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(30);
  expect(lab.events[0]).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    metadata: { namespace: 'shop', name: expect.stringMatching(/^agent\.[0-9a-f]{16}$/) },
    regarding: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'agent', uid: 'uid-of-agent' },
    reportingController: 'zonewise',
    reportingInstance: 'controller-1',
    action: 'Audit',
    eventTime: expect.stringMatching(/^2026-07-01T00:\d\d:\d\d\.\d{6}Z$/),
  });
});

test('a gap of a few seconds, as any rollout makes, is not told of', async () => {
  const lab = await quietShop();
  for (const nodes of [['n2', 'n3'], NODES, ['n1', 'n3'], NODES, ['n1', 'n2'], NODES]) {
    lab.apply(slice('agent', nodes));
    await lab.pass(7);
  }
  await lab.pass(60);
  expect(lab.told).toEqual([]);
});

test('numbers that move with the cluster are no news, other nodes are', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(30);
  lab.apply(node('n4') + slice('agent', ['n1', 'n2', 'n4']));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
  lab.apply(slice('agent', ['n1', 'n4']));
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, FOUND]);
  expect(lab.told[1]?.note).toMatch(/\(n2, n3\)/);
});

test('news that changes all the time is told in the end', async () => {
  const lab = await quietShop();
  for (let round = 0; round < 10; round++) {
    lab.apply(slice('agent', [NODES[round % 3] ?? '']));
    await lab.pass(8);
  }
  expect(reasons(lab)).toEqual([FOUND]);
});

test('a Service that flaps for an hour is told of ever more rarely', async () => {
  const lab = await quietShop();
  for (let round = 0; round < 60; round++) {
    lab.apply(slice('agent', round % 2 === 0 ? ['n1'] : NODES));
    await lab.pass(60);
  }
  const found = reasons(lab).filter(reason => reason === FOUND).length;
  expect(found).toBeGreaterThanOrEqual(3);
  expect(found).toBeLessThanOrEqual(8);
  expect(lab.told.length - found).toBe(found);
});

test('infos, and what somebody does not want to hear of, are not told of', async () => {
  const lab = new AuditLab(SHOP);
  lab.policy = { ...DEFAULT_POLICY, rules: { [RULE]: { level: 'info', options: {} } } };
  lab.apply(slice('agent', ['n1']));
  await lab.lead();
  await lab.pass(30);
  expect(lab.told).toEqual([]);
});

test('an exemption ends the matter without a word, as nothing was resolved', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  const annotations = `zonewise.dev/ignore: ${RULE}, zonewise.dev/ignore-reason: known`;
  lab.apply(service('agent', { annotations }));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
  expect(asObject(lab.store.peek(RECORD)?.data).announced).toBe('{}');
});

test('a rule that a more certain one speaks for is not called resolved', () => {
  const lab = new AuditLab(SHOP);
  const { topology } = lab.cluster;
  const agent = topology.service('shop', 'agent');
  if (!agent) throw new Error('the shop has no agent');
  const policy = { ...DEFAULT_POLICY, rules: { 'zone-without-endpoints': { level: 'warn', options: {} } } } as const;
  const view = { rules: RULES, topology, facts: lab.cluster.facts(), policy };
  const kindAmong = (findings: readonly Finding[]) =>
    sightingsOf({ findings, skipped: [], failures: [], incomplete: null }, { service: agent, view }).of(
      'zone-without-endpoints',
    ).kind;
  expect(kindAmong([])).toBe('absent');
  expect(kindAmong([finding('shop/agent', { rule: 'hints-not-programmed', level: 'info' })])).toBe('unsure');
});

test('what cannot be judged any more is not called resolved, nor is what has become worse', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  lab.apply(slice('agent', []));
  await lab.pass(60);
  expect(reasons(lab)).not.toContain(RESOLVED);
});

test('a Service that is deleted is forgotten, and its namesake is told of anew', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  lab.cluster.remove('Service', 'shop/agent');
  await lab.pass(30);
  expect(asObject(lab.store.peek(RECORD)?.data).announced).toBe('{}');
  lab.apply(service('agent'));
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, FOUND]);
});

test('an API server that is away for a minute gets the Event afterwards, once', async () => {
  const lab = await quietShop();
  lab.store.before = async () => {
    throw new Error('connect ECONNREFUSED');
  };
  lab.apply(slice('agent', ['n1']));
  await lab.pass(60);
  lab.store.before = async () => {};
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
});

test('an answer that is lost on its way repeats nothing', async () => {
  const lab = await quietShop();
  lab.store.after = () => {
    lab.store.after = () => {};
    throw new Error('socket hang up');
  };
  lab.apply(slice('agent', ['n1']));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
});

test('a namespace that takes no Events, as one on its way out, does not stand in the way of others', async () => {
  const lab = await quietShop();
  lab.store.before = async (_, path) => {
    if (path.startsWith('/apis/events.k8s.io/v1/namespaces/bank/')) throw refusal(403, 'Forbidden');
  };
  lab.apply(slice('agent', ['n1']) + service('agent', { namespace: 'bank' }) + slice('agent', ['n1'], 'bank'));
  await lab.pass(60);
  expect(lab.events).toMatchObject([{ metadata: { namespace: 'shop' } }]);
});

test('hundreds at once are told of slowly, and what happens then does not wait for them', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `s${index}`);
  const lab = new AuditLab(SHOP);
  await lab.lead();
  lab.apply(names.map(name => service(name) + slice(name, ['n1'])).join(''));
  await lab.pass(20);
  expect(lab.told.length).toBeLessThan(100);
  lab.apply(slice('agent', ['n1']));
  await lab.pass(20);
  expect(lab.told.map(told => told.service)).toContain('agent');
  await lab.pass(60);
  expect(new Set(lab.told.map(told => told.service)).size).toBe(301);
  expect(lab.told).toHaveLength(301);
});
