import { expect, test } from 'vitest';
import { asObject, asString } from '../../../src/model/raw.ts';
import { AuditHarness, RECORD } from './audit-harness.ts';
import { node, service, slice } from './audited-cluster.ts';

const FOUND = 'LocalPolicyUncoveredNodes';
const RESOLVED = 'LocalPolicyUncoveredNodesResolved';
const NODES = ['n1', 'n2', 'n3'];
const SHOP = NODES.map(name => node(name)).join('') + service('agent') + slice('agent', NODES);
const GAP = slice('agent', ['n1', 'n2']);

const reasons = (lab: AuditHarness) => lab.postedEvents.map(({ reason }) => reason);

test('a new leader repeats nothing, and resolves the finding later', async () => {
  const lab = new AuditHarness(SHOP);
  const first = await lab.lead();
  lab.apply(GAP);
  await lab.pass(30);
  await first.stop();
  await lab.pass(20);
  await lab.lead();
  await lab.pass(1_300);
  expect(reasons(lab)).toEqual([FOUND]);
  lab.apply(slice('agent', NODES));
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, RESOLVED]);
});

test('a new leader publishes what happened without a leader', async () => {
  const lab = new AuditHarness(SHOP + service('web') + slice('web', ['n1']));
  const first = await lab.lead();
  await lab.pass(30);
  expect(lab.postedEvents).toMatchObject([{ service: 'web', reason: FOUND }]);
  await first.stop();
  lab.apply(GAP + slice('web', NODES));
  await lab.lead();
  await lab.pass(30);
  expect(
    lab.postedEvents
      .slice(1)
      .map(({ service: name, reason }) => [name, reason])
      .sort(),
  ).toEqual([
    ['agent', FOUND],
    ['web', RESOLVED],
  ]);
});

test('a Service deleted without a leader is forgotten without an Event', async () => {
  const lab = new AuditHarness(SHOP + service('web') + slice('web', ['n1']));
  const first = await lab.lead();
  await lab.pass(30);
  await first.stop();
  lab.cluster.remove('Service', 'shop/web');
  await lab.lead();
  lab.apply(GAP);
  await lab.pass(30);
  expect(lab.postedEvents.map(posted => posted.service)).toEqual(['web', 'agent']);
  expect(asString(asObject(lab.store.peek(RECORD)?.data).published)).not.toContain('web');
});

test('a leader that ends just after a finding loses nothing', async () => {
  const lab = new AuditHarness(SHOP);
  const first = await lab.lead();
  lab.apply(GAP);
  await lab.pass(6);
  await first.stop();
  await lab.lead();
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND]);
});

/** A leader that is killed just before or just after it writes `path`. */
async function killedAt(when: 'before' | 'after', path: RegExp): Promise<AuditHarness> {
  const lab = new AuditHarness(SHOP);
  const first = await lab.lead();
  let killed = false;
  const kill = (at: string) => {
    if (killed || !path.test(at)) return;
    killed = true;
    void first.stop();
    throw new Error('the process was killed');
  };
  if (when === 'before') lab.store.before = async (kind, at) => void (kind === 'write' && kill(at));
  else lab.store.after = ({ path: at }) => kill(at);
  lab.apply(GAP);
  await lab.pass(20);
  expect(killed).toBe(true);
  return lab;
}

const EVENT = /\/events\//;
const CONFIG_MAP = /\/configmaps\//;

test.each([
  ['before it stored the Event', 'before', CONFIG_MAP],
  ['after it stored the Event', 'after', CONFIG_MAP],
  ['before it posted the Event', 'before', EVENT],
  ['after it posted the Event and before it stored that', 'after', EVENT],
] as const)('a leader killed %s leads to exactly one Event', async (_, when, path) => {
  const lab = await killedAt(when, path);
  await lab.lead();
  await lab.pass(60);
  expect(reasons(lab)).toEqual([FOUND]);
  expect(asString(asObject(lab.store.peek(RECORD)?.data).outbox)).toBe('[]');
});

test('an Event stored by a killed leader is posted even if the finding is resolved by then', async () => {
  const lab = await killedAt('before', EVENT);
  lab.apply(slice('agent', NODES));
  await lab.lead();
  await lab.pass(30);
  expect(reasons(lab)).toEqual([FOUND, RESOLVED]);
});

test('two processes that both act as leader publish everything once', async () => {
  const lab = new AuditHarness(SHOP);
  await lab.lead();
  await lab.lead();
  for (const nodes of [['n1', 'n2'], NODES, ['n1'], NODES]) {
    lab.apply(slice('agent', nodes));
    await lab.pass(60);
  }
  expect(reasons(lab)).toEqual([FOUND, RESOLVED, FOUND, RESOLVED]);
});

test('a state ConfigMap deleted under a leader is written again, and nothing is repeated', async () => {
  const lab = new AuditHarness(SHOP + service('web') + slice('web', ['n1']));
  await lab.lead();
  await lab.pass(30);
  lab.store.remove(RECORD);
  lab.apply(GAP);
  await lab.pass(60);
  expect(lab.postedEvents.map(posted => posted.service)).toEqual(['web', 'agent']);
  expect(asString(asObject(lab.store.peek(RECORD)?.data).published)).toMatch(/shop\/agent.*shop\/web/);
});

test('an invalid state ConfigMap is read as far as possible', async () => {
  const lab = new AuditHarness(SHOP + service('web') + slice('web', ['n1']));
  const data = { published: '{"shop/web":{"local-policy-uncovered-nodes":7},"nothing":{}}', outbox: 'not JSON' };
  lab.store.put(RECORD, { metadata: { name: 'zonewise-audit', namespace: 'zonewise', labels: { a: 'b' } }, data });
  await lab.lead();
  await lab.pass(30);
  expect(lab.postedEvents).toMatchObject([{ service: 'web' }]);
  expect(lab.store.peek(RECORD)).toMatchObject({ metadata: { labels: { a: 'b' } } });
});

test('publishes no Events without permission to read the state ConfigMap', async () => {
  const lab = new AuditHarness(SHOP);
  lab.store.before = async (kind, path) => {
    if (kind === 'read' && path === RECORD) throw new Error('forbidden');
  };
  const leader = await lab.lead();
  lab.apply(GAP);
  await lab.pass(60);
  expect(lab.postedEvents).toEqual([]);
  expect(leader.log.some(({ message }) => message === 'publishing Events failed')).toBe(true);
  expect(await leader.metrics()).toContain(
    'zonewise_audit_findings{rule="local-policy-uncovered-nodes",level="warn"} 1',
  );
});

test('a process that is not the leader has no audit metrics', async () => {
  const lab = new AuditHarness(SHOP + service('web') + slice('web', ['n1']));
  const leader = await lab.lead();
  await lab.pass(30);
  const metrics = await leader.metrics();
  expect(metrics).toContain('zonewise_audit_services 2');
  expect(metrics).toContain('zonewise_audit_events_total{outcome="posted"} 1');
  expect(metrics).toMatch(/zonewise_audit_last_pass_timestamp_seconds 178/);
  expect(metrics).toMatch(/zonewise_audit_pass_duration_seconds 0\.\d+/);
  await leader.stop();
  expect(await leader.metrics()).not.toMatch(/^zonewise_audit_(?:findings|services|last|pass)/m);
});
