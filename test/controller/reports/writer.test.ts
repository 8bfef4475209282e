import { expect, test } from 'vitest';
import type { ReportSettings } from '../../../src/controller/reports/settings.ts';
import type { ApiObject } from '../../../src/kube/writer/api-writer.ts';
import { asList, asObject, asString } from '../../../src/model/raw.ts';
import { apiStatusError } from '../../kube/writer/fake-object-api.ts';
import { AuditHarness } from '../audit/audit-harness.ts';
import { node, service, slice } from '../audit/audited-cluster.ts';

const RULE = 'local-policy-uncovered-nodes';
const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/zonewise-controller-reports';
const BASE = '/apis/openreports.io/v1alpha1';
const NODES = ['n1', 'n2'];
const SETTINGS: ReportSettings = {
  kind: 'Report',
  name: 'zonewise',
  owner: 'zonewise-controller-reports',
  minLevel: 'warn',
  maxResults: 500,
  writesPerMinute: 60,
};
const MANIFESTS = NODES.map(name => node(name)).join('');

const pathOf = (namespace: string, plural = 'reports', base = BASE) =>
  `${base}/namespaces/${namespace}/${plural}/zonewise`;

/** A Service in each namespace that loses the traffic of a node. */
function lossy(...namespaces: readonly string[]): AuditHarness {
  const services = namespaces.map(namespace => service('agent', { namespace }) + slice('agent', ['n1'], namespace));
  const lab = new AuditHarness(MANIFESTS + services.join(''));
  lab.store.put(ROLE, { metadata: { name: 'zonewise-controller-reports', uid: 'role-1' } });
  return lab;
}

function mend(lab: AuditHarness, namespace: string): void {
  lab.apply(slice('agent', NODES, namespace));
}

function policiesIn(report: ApiObject | null): readonly string[] {
  return asList(report?.['results']).map(result => asString(asObject(result)['policy']));
}

const writesOf = (lab: AuditHarness) =>
  lab.store.writes.filter(({ path }) => path.includes('/reports/') || path.includes('/policyreports/'));
const messages = (log: readonly { readonly message: string }[], text: string) =>
  log.filter(({ message }) => message === text).length;

test('writes nothing unless it is configured', async () => {
  const lab = lossy('shop');
  const { metrics } = await lab.lead();
  await lab.pass(60);
  expect(writesOf(lab)).toEqual([]);
  expect(await metrics()).not.toMatch(/^zonewise_reports/m);
});

test('writes one report into each namespace with a finding, owned by the ClusterRole', async () => {
  const lab = lossy('shop', 'bank');
  lab.apply(service('quiet', { namespace: 'still' }) + slice('quiet', NODES, 'still'));
  const { metrics } = await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  expect(writesOf(lab).map(({ path }) => path)).toEqual([pathOf('bank'), pathOf('shop')]);
  expect(lab.store.peek(pathOf('shop'))).toMatchObject({
    kind: 'Report',
    metadata: { namespace: 'shop', ownerReferences: [{ kind: 'ClusterRole', uid: 'role-1' }] },
    summary: { warn: 1 },
    results: [{ policy: RULE, resources: [{ kind: 'Service', namespace: 'shop', name: 'agent' }] }],
  });
  expect(await metrics()).toMatch(/^zonewise_reports_writes_total\{outcome="created"\} 2$/m);
  expect(await metrics()).toMatch(/^zonewise_reports_stored 2$/m);
  await lab.pass(1_500);
  expect(writesOf(lab)).toHaveLength(2);
});

test('updates the report when findings change, and deletes it with the last one', async () => {
  const lab = lossy('shop');
  const { metrics } = await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  lab.apply(service('other') + slice('other', ['n2']));
  await lab.pass(30);
  expect(policiesIn(lab.store.peek(pathOf('shop')))).toEqual([RULE, RULE]);
  mend(lab, 'shop');
  lab.cluster.remove('Service', 'shop/other');
  await lab.pass(30);
  expect(lab.store.deletes).toEqual([pathOf('shop')]);
  expect(await metrics()).toMatch(/^zonewise_reports_stored 0$/m);
});

test('does not write a state of a few seconds', async () => {
  const lab = new AuditHarness(MANIFESTS + service('agent') + slice('agent', NODES));
  lab.store.put(ROLE, { metadata: { name: 'x', uid: 'role-1' } });
  await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  lab.apply(slice('agent', ['n1']));
  await lab.pass(7);
  lab.apply(slice('agent', NODES));
  await lab.pass(60);
  expect(writesOf(lab)).toEqual([]);
});

test('a new leader keeps correct reports and their times, and deletes those of namespaces without a finding', async () => {
  const lab = lossy('shop', 'bank');
  const first = await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  const before = lab.store.peek(pathOf('shop'));
  await first.stop();
  mend(lab, 'bank');
  await lab.pass(600);
  await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  expect(lab.store.peek(pathOf('shop'))).toEqual(before);
  expect(lab.store.deletes).toEqual([pathOf('bank')]);
  lab.apply(service('other') + slice('other', ['n2']));
  await lab.pass(30);
  const [agent, other] = asList(lab.store.peek(pathOf('shop'))?.['results']).map(asObject);
  expect(agent?.['timestamp']).toEqual(asObject(asList(before?.['results'])[0])['timestamp']);
  expect(other?.['timestamp']).not.toEqual(agent?.['timestamp']);
});

test('restores a report that a user has edited or deleted', async () => {
  const lab = lossy('shop', 'bank');
  await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  const { metadata, ...report } = lab.store.peek(pathOf('shop')) ?? {};
  const labels = { ...asObject(asObject(metadata)['labels']), team: 'a' };
  lab.store.put(pathOf('shop'), { ...report, metadata: { ...asObject(metadata), labels }, results: [] });
  lab.store.remove(pathOf('bank'));
  await lab.pass(650);
  expect(policiesIn(lab.store.peek(pathOf('shop')))).toEqual([RULE]);
  expect(asObject(lab.store.peek(pathOf('shop'))?.['metadata'])['labels']).toMatchObject({ team: 'a' });
  expect(policiesIn(lab.store.peek(pathOf('bank')))).toEqual([RULE]);
});

test('reads again after a conflict with another client', async () => {
  const lab = lossy('shop');
  const { metrics } = await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  let raced = false;
  lab.store.before = async (kind, path) => {
    if (raced || kind !== 'write' || !path.includes('/reports/')) return;
    raced = true;
    lab.store.put(path, { ...lab.store.peek(path), source: 'someone' });
  };
  lab.apply(service('other') + slice('other', ['n2']));
  await lab.pass(60);
  expect(lab.store.peek(pathOf('shop'))).toMatchObject({ source: 'zonewise', results: [{}, {}] });
  expect(await metrics()).toMatch(/^zonewise_reports_writes_total\{outcome="conflict"\} 1$/m);
});

test('without the CustomResourceDefinition it logs once what to install, and writes when it is there', async () => {
  const lab = lossy('shop');
  let installed = false;
  lab.store.before = async (_, path) => {
    if (!installed && path.startsWith(BASE)) throw apiStatusError(404, '');
  };
  const { log, metrics } = await lab.lead({ reports: SETTINGS });
  await lab.pass(300);
  expect(log.filter(({ message }) => message === 'reports are not written')).toMatchObject([
    { level: 'warn', fields: { reason: expect.stringMatching(/reports\.openreports\.io; install it from https/) } },
  ]);
  expect(await metrics()).toMatch(/^zonewise_reports_available 0$/m);
  installed = true;
  await lab.pass(90);
  expect(policiesIn(lab.store.peek(pathOf('shop')))).toEqual([RULE]);
  expect(messages(log, 'reports are written again')).toBe(1);
});

test('without permission it logs once, and the rest of the audit continues', async () => {
  const lab = lossy('shop');
  lab.store.before = async (_, path) => {
    if (path.startsWith(BASE)) throw apiStatusError(403, 'Forbidden');
  };
  const { log } = await lab.lead({ reports: SETTINGS });
  await lab.pass(900);
  expect(messages(log, 'reports are not written')).toBe(1);
  expect(lab.postedEvents).toHaveLength(1);
});

test('writes nothing while the owner does not exist, because nothing would delete the reports', async () => {
  const lab = lossy('shop');
  lab.store.remove(ROLE);
  const { log } = await lab.lead({ reports: SETTINGS });
  await lab.pass(300);
  expect(writesOf(lab)).toEqual([]);
  expect(messages(log, 'reports are not written')).toBe(1);
});

test('gives the reports a new owner when the ClusterRole was created again', async () => {
  const lab = lossy('shop');
  await lab.lead({ reports: SETTINGS });
  await lab.pass(30);
  lab.store.put(ROLE, { metadata: { name: 'x', uid: 'role-2' } });
  await lab.pass(650);
  expect(lab.store.peek(pathOf('shop'))).toMatchObject({ metadata: { ownerReferences: [{ uid: 'role-2' }] } });
});

test('a namespace that accepts no report does not stop the others', async () => {
  const lab = lossy('shop', 'ending');
  lab.store.before = async (kind, path) => {
    if (kind === 'write' && path.includes('/namespaces/ending/')) throw apiStatusError(403, 'Forbidden');
  };
  const { log, metrics } = await lab.lead({ reports: SETTINGS });
  await lab.pass(300);
  expect(policiesIn(lab.store.peek(pathOf('shop')))).toEqual([RULE]);
  expect(messages(log, 'report rejected')).toBe(1);
  expect(await metrics()).toMatch(/^zonewise_reports_pending 1$/m);
});

test('writes no more reports a minute than permitted, and all of them in the end', async () => {
  const namespaces = Array.from({ length: 40 }, (_, index) => `team-${index}`);
  const lab = lossy(...namespaces);
  const { metrics } = await lab.lead({ reports: { ...SETTINGS, writesPerMinute: 6 } });
  await lab.pass(60);
  expect(writesOf(lab).length).toBeGreaterThanOrEqual(5);
  expect(writesOf(lab).length).toBeLessThanOrEqual(7);
  expect(await metrics()).toMatch(/^zonewise_reports_pending 3\d$/m);
  await lab.pass(400);
  expect(writesOf(lab)).toHaveLength(40);
});

test('survives an API server that fails for a while', async () => {
  const lab = lossy('shop');
  let failing = true;
  lab.store.before = async (_, path) => {
    if (failing && path.startsWith(BASE)) throw apiStatusError(503, 'ServiceUnavailable');
  };
  const { log } = await lab.lead({ reports: SETTINGS });
  await lab.pass(60);
  expect(messages(log, 'writing reports failed')).toBeGreaterThan(1);
  failing = false;
  await lab.pass(60);
  expect(policiesIn(lab.store.peek(pathOf('shop')))).toEqual([RULE]);
});

test('without an owner, deletes the reports of the kind that was configured before', async () => {
  const lab = lossy('shop');
  const first = await lab.lead({ reports: { ...SETTINGS, owner: '' } });
  await lab.pass(30);
  await first.stop();
  await lab.lead({ reports: { ...SETTINGS, owner: '', kind: 'PolicyReport' } });
  await lab.pass(30);
  expect(lab.store.peek(pathOf('shop'))).toBeNull();
  const path = pathOf('shop', 'policyreports', '/apis/wgpolicyk8s.io/v1alpha2');
  expect(lab.store.peek(path)).toMatchObject({ kind: 'PolicyReport', results: [{ policy: RULE }] });
});
