import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { leaderUi } from '../../../src/cli/serve/leader-page.ts';
import { DEFAULT_CONFIG } from '../../../src/config/config.ts';
import { createAudit } from '../../../src/controller/audit/audit.ts';
import { createAuditMetrics } from '../../../src/controller/audit/metrics.ts';
import type { SubscriberFactory } from '../../../src/controller/audit/subscriber.ts';
import { createReportMetrics } from '../../../src/controller/reports/metrics.ts';
import type { Overview } from '../../../src/ui/api.ts';
import { readAssets } from '../../../src/ui/server/assets.ts';
import { builtPage } from '../../ui/server/ui-fixture.ts';
import { AuditHarness } from './audit-harness.ts';
import { node, service, slice } from './audited-cluster.ts';

const SHOP = ['n1', 'n2'].map(name => node(name)).join('') + service('agent') + slice('agent', ['n1']);

/** A leader with the UI on any free port. */
async function led(lab: AuditHarness, more: { listen?: string; built?: string } = {}) {
  const { listen = '127.0.0.1:0', built = builtPage() } = more;
  const log: { message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const createSubscriber = leaderUi({
    config: () => ({ ...DEFAULT_CONFIG, page: { listen } }),
    clock: lab.clock,
    log: (_, message, fields) => void log.push({ message, fields }),
    assets: () => readAssets(built),
  });
  const leader = await lab.lead(createSubscriber ? { createSubscriber } : {});
  await expect.poll(() => log.length + leader.log.length).toBeGreaterThan(0);
  const at = log.find(({ message }) => message === 'page')?.fields['listen'];
  const overview = async () => (await (await fetch(`http://${at}/api/overview`)).json()) as Overview;
  return { leader, at, overview };
}

test("the leader serves the audit's findings in the UI until it loses the lease", async () => {
  const lab = new AuditHarness(SHOP);
  const { leader, overview } = await led(lab);
  await lab.pass(3);
  expect(await overview()).toMatchObject({
    complete: true,
    source: { kind: 'live', name: 'https://10.0.0.1:443' },
    services: [{ name: 'agent', findings: [{ rule: 'local-policy-uncovered-nodes' }], lost: { internal: 1 } }],
  });
  lab.apply(slice('agent', ['n1', 'n2']));
  await lab.pass(10);
  expect((await overview()).services).toMatchObject([{ name: 'agent', findings: [] }]);
  await leader.stop();
  await expect(overview()).rejects.toThrow();
});

test('the UI is off without page.listen', () => {
  const config = () => DEFAULT_CONFIG;
  expect(leaderUi({ config, clock: new AuditHarness('').clock, log: () => {} })).toBeUndefined();
});

test('a missing UI build is logged once, and the audit continues', async () => {
  const lab = new AuditHarness(SHOP);
  const { leader } = await led(lab, { built: '/no/page' });
  await lab.pass(30);
  expect(leader.log).toContainEqual({
    level: 'error',
    message: 'the UI could not start',
    fields: { error: expect.stringContaining('npm run build:page') },
  });
  expect(lab.postedEvents).toMatchObject([{ service: 'agent' }]);
});

test('a subscriber that always fails is logged once and does not affect the audit', async () => {
  const lab = new AuditHarness(SHOP + service('other') + slice('other', ['n2']));
  const fail = () => {
    throw new Error('the subscriber failed');
  };
  const observer = { onEvaluated: fail, onUnchanged: fail, onDeleted: fail, onPassCompleted: fail };
  const createSubscriber: SubscriberFactory = async () => ({ observer, close: async () => {} });
  const { log } = await lab.lead({ createSubscriber });
  await lab.pass(30);
  lab.cluster.remove('Service', 'shop/other');
  await lab.pass(30);
  expect(lab.postedEvents.map(posted => posted.service)).toEqual(expect.arrayContaining(['agent', 'other']));
  expect(log.filter(({ message }) => message === 'the UI could not process an audit result')).toHaveLength(1);
});

test('a term that cannot start closes what it has opened', async () => {
  const lab = new AuditHarness(SHOP);
  const closed: string[] = [];
  const stop = async () => void closed.push('cluster');
  const close = async () => void closed.push('subscriber');
  const audit = createAudit({
    connect: async () => Object.assign(lab.cluster, { stop }),
    createSubscriber: async () => ({ observer: { onEvaluated() {}, onDeleted() {}, onPassCompleted() {} }, close }),
    store: lab.store,
    namespace: 'zonewise',
    instance: 'controller-1',
    policy: () => lab.policy,
    debounceMs: () => 0,
    listen: '',
    reports: null,
    reportMetrics: createReportMetrics(new Registry()),
    clock: lab.clock,
    log: () => {},
    metrics: createAuditMetrics(new Registry()),
    get time(): never {
      throw new Error('no time source');
    },
  });
  await expect(audit.run(new AbortController().signal)).rejects.toThrow('no time source');
  expect(closed.toSorted()).toEqual(['cluster', 'subscriber']);
});
