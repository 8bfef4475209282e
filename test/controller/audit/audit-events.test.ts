import { expect, test } from 'vitest';
import { observationsOf } from '../../../src/controller/events/observation.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { asObject } from '../../../src/model/raw.ts';
import { RULES } from '../../../src/rules/index.ts';
import { apiStatusError } from '../../kube/writer/fake-object-api.ts';
import { AuditHarness, finding, RECORD } from './audit-harness.ts';
import { node, service, slice } from './audited-cluster.ts';

const RULE = 'local-policy-uncovered-nodes';
const FOUND = 'LocalPolicyUncoveredNodes';
const RESOLVED = 'LocalPolicyUncoveredNodesResolved';
const NODES = ['n1', 'n2', 'n3'];
const SHOP = NODES.map(name => node(name)).join('') + service('agent') + slice('agent', NODES);

async function quietShop(): Promise<AuditHarness> {
  const lab = new AuditHarness(SHOP);
  await lab.lead();
  await lab.pass(30);
  expect(lab.postedEvents).toEqual([]);
  return lab;
}

const reasons = (lab: AuditHarness) => lab.postedEvents.map(({ reason }) => reason);

test('publishes once within 30 s that a pod left a node, and once that it is back', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(30);
  expect(lab.postedEvents).toMatchObject([{ service: 'agent', type: 'Warning', reason: FOUND }]);
  expect(lab.postedEvents[0]?.note).toMatch(/\(n3\).*\[local-policy-uncovered-nodes\]$/);
  await lab.pass(1_500);
  expect(reasons(lab)).toEqual([FOUND]);
  lab.apply(slice('agent', NODES));
  await lab.pass(30);
  expect(lab.postedEvents.slice(1)).toEqual([
    {
      service: 'agent',
      type: 'Normal',
      reason: RESOLVED,
      note: expect.stringMatching(/^Resolved: .*\[local-policy-uncovered-nodes\]$/),
    },
  ]);
  await lab.pass(1_500);
  expect(lab.postedEvents).toHaveLength(2);
});

test('names the Service by uid, which kubectl describe selects by', async () => {
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

test('ignores a state of a few seconds, as in any rollout', async () => {
  const lab = await quietShop();
  for (const nodes of [['n2', 'n3'], NODES, ['n1', 'n3'], NODES, ['n1', 'n2'], NODES]) {
    lab.apply(slice('agent', nodes));
    await lab.pass(7);
  }
  await lab.pass(60);
  expect(lab.postedEvents).toEqual([]);
});

test('ignores numbers that change with the cluster, but not other nodes', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(30);
  lab.apply(node('n4') + slice('agent', ['n1', 'n2', 'n4']));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
  lab.apply(slice('agent', ['n1', 'n4']));
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, FOUND]);
  expect(lab.postedEvents[1]?.note).toMatch(/\(n2, n3\)/);
});

test('eventually publishes a finding that changes all the time', async () => {
  const lab = await quietShop();
  for (let round = 0; round < 10; round++) {
    lab.apply(slice('agent', [NODES[round % 3] ?? '']));
    await lab.pass(8);
  }
  expect(reasons(lab)).toEqual([FOUND]);
});

test('publishes a Service that flaps for an hour less and less often', async () => {
  const lab = await quietShop();
  for (let round = 0; round < 60; round++) {
    lab.apply(slice('agent', round % 2 === 0 ? ['n1'] : NODES));
    await lab.pass(60);
  }
  const found = reasons(lab).filter(reason => reason === FOUND).length;
  expect(found).toBeGreaterThanOrEqual(3);
  expect(found).toBeLessThanOrEqual(8);
  expect(lab.postedEvents.length - found).toBe(found);
});

test('publishes neither infos nor exempted findings', async () => {
  const lab = new AuditHarness(SHOP);
  lab.policy = { ...DEFAULT_POLICY, rules: { [RULE]: { level: 'info', options: {} } } };
  lab.apply(slice('agent', ['n1']));
  await lab.lead();
  await lab.pass(30);
  expect(lab.postedEvents).toEqual([]);
});

test('drops a finding silently on an exemption, because nothing was resolved', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  const annotations = `zonewise.dev/ignore: ${RULE}, zonewise.dev/ignore-reason: known`;
  lab.apply(service('agent', { annotations }));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
  expect(asObject(lab.store.peek(RECORD)?.data).published).toBe('{}');
});

test('does not resolve a finding that is superseded by another rule', () => {
  const lab = new AuditHarness(SHOP);
  const { topology } = lab.cluster;
  const agent = topology.service('shop', 'agent');
  if (!agent) throw new Error('the shop has no agent');
  const policy = { ...DEFAULT_POLICY, rules: { 'zone-without-endpoints': { level: 'warn', options: {} } } } as const;
  const view = { rules: RULES, topology, facts: lab.cluster.facts(), policy };
  const kindAmong = (findings: readonly Finding[]) =>
    observationsOf(
      { findings, skipped: [], undecided: [], failures: [], incomplete: null },
      { service: agent, view },
    ).of('zone-without-endpoints').kind;
  expect(kindAmong([])).toBe('absent');
  expect(kindAmong([finding('shop/agent', { rule: 'hints-not-programmed', level: 'info' })])).toBe('unsure');
});

test('does not resolve a finding whose rule is skipped, or whose level rises', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  lab.apply(slice('agent', []));
  await lab.pass(60);
  expect(reasons(lab)).not.toContain(RESOLVED);
});

test('forgets a deleted Service, and publishes findings of a new one with its name', async () => {
  const lab = await quietShop();
  lab.apply(slice('agent', ['n1']));
  await lab.pass(30);
  lab.cluster.remove('Service', 'shop/agent');
  await lab.pass(30);
  expect(asObject(lab.store.peek(RECORD)?.data).published).toBe('{}');
  lab.apply(service('agent'));
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, FOUND]);
});

test('publishes the Event once after the API server was unavailable for a minute', async () => {
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

test('repeats nothing after a lost answer', async () => {
  const lab = await quietShop();
  lab.store.after = () => {
    lab.store.after = () => {};
    throw new Error('socket hang up');
  };
  lab.apply(slice('agent', ['n1']));
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
});

test('is not blocked by a namespace that rejects Events, such as a terminating one', async () => {
  const lab = await quietShop();
  lab.store.before = async (_, path) => {
    if (path.startsWith('/apis/events.k8s.io/v1/namespaces/bank/')) throw apiStatusError(403, 'Forbidden');
  };
  lab.apply(slice('agent', ['n1']) + service('agent', { namespace: 'bank' }) + slice('agent', ['n1'], 'bank'));
  await lab.pass(60);
  expect(lab.events).toMatchObject([{ metadata: { namespace: 'shop' } }]);
});

test('limits hundreds of Events, and publishes later changes without waiting for them', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `s${index}`);
  const lab = new AuditHarness(SHOP);
  await lab.lead();
  lab.apply(names.map(name => service(name) + slice(name, ['n1'])).join(''));
  await lab.pass(20);
  expect(lab.postedEvents.length).toBeLessThan(100);
  lab.apply(slice('agent', ['n1']));
  await lab.pass(20);
  expect(lab.postedEvents.map(posted => posted.service)).toContain('agent');
  await lab.pass(60);
  expect(new Set(lab.postedEvents.map(posted => posted.service)).size).toBe(301);
  expect(lab.postedEvents).toHaveLength(301);
});

test('links to the page of the rule with docsUrl, and publishes nothing again when it is set later', async () => {
  const linked = async (docsUrl: string) => {
    const lab = new AuditHarness(SHOP);
    lab.policy = { ...DEFAULT_POLICY, docsUrl };
    await lab.lead();
    lab.apply(slice('agent', ['n1', 'n2']));
    await lab.pass(30);
    return lab;
  };
  const lab = await linked('https://docs.example.com/rules');
  expect(lab.postedEvents.map(({ note }) => note)).toEqual([
    expect.stringMatching(
      /\[local-policy-uncovered-nodes\] https:\/\/docs\.example\.com\/rules\/local-policy-uncovered-nodes\.md$/,
    ),
  ]);
  const later = await linked('');
  later.policy = { ...DEFAULT_POLICY, docsUrl: 'https://docs.example.com/rules' };
  later.apply(slice('agent', ['n1', 'n2']));
  await later.pass(1_500);
  expect(reasons(later)).toEqual([FOUND]);
});
