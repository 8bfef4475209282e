import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import { AuditHarness, drainEventLoop } from './audit-harness.ts';
import { service } from './audited-cluster.ts';

const SAME_ZONE = { trafficDistribution: 'PreferSameZone' };
const BLOCK = {
  match: { namespaces: ['shop'], namespaceSelector: [], types: [] },
  set: SAME_ZONE,
  overApiDefault: false,
};
const BARE = service('web', { spec: 'internalTrafficPolicy: Cluster' });
const DEFAULTED = service('web', { spec: 'internalTrafficPolicy: Cluster, trafficDistribution: PreferSameZone' });

async function harness() {
  const lab = new AuditHarness(DEFAULTED);
  lab.policy = { ...DEFAULT_POLICY, defaults: [BLOCK] };
  const leader = await lab.lead();
  const write = async (...manifests: readonly string[]) => {
    for (const manifest of manifests) lab.apply(manifest);
    await drainEventLoop();
  };
  const reported = () => lab.events.filter(({ reason }) => reason === 'DefaultStripped').map(({ note }) => note);
  const counted = async () =>
    /^zonewise_default_stripped_total\{field="trafficDistribution"\} (\d+)$/m.exec(await leader.metrics())?.[1] ?? '0';
  return { lab, leader, write, reported, counted };
}

test('a default that updates take away is reported at the third time, then at every doubling', async () => {
  const { leader, write, reported, counted } = await harness();
  await write(BARE, DEFAULTED, BARE);
  expect([await counted(), reported()]).toEqual(['2', []]);
  await write(DEFAULTED, BARE);
  expect(await counted()).toBe('3');
  expect(reported()).toEqual([
    expect.stringMatching(
      /^updates have removed trafficDistribution: PreferSameZone, the configured default, 3 times: /,
    ),
  ]);
  expect(leader.log.filter(({ level }) => level === 'warn')).toEqual([
    {
      level: 'warn',
      message: 'a default was removed again by an update',
      fields: { namespace: 'shop', name: 'web', field: 'trafficDistribution', value: 'PreferSameZone', times: 3 },
    },
  ]);
  await write(DEFAULTED, BARE, DEFAULTED, BARE);
  expect(reported()).toHaveLength(1);
  await write(DEFAULTED, BARE);
  expect(reported()).toHaveLength(2);
});

test('a Service that is deleted and created again is the same one', async () => {
  const { lab, write, counted, reported } = await harness();
  for (let round = 0; round < 3; round++) {
    await write(BARE);
    lab.cluster.remove('Service', 'shop/web');
    await write(DEFAULTED);
  }
  expect([await counted(), reported().length]).toEqual(['3', 1]);
});

test('an author who sets another value, a deletion, and Services without a default are not counted', async () => {
  const { lab, write, counted } = await harness();
  await write(
    service('web', { spec: 'internalTrafficPolicy: Cluster, trafficDistribution: PreferSameNode' }),
    DEFAULTED,
  );
  lab.cluster.remove('Service', 'shop/web');
  const elsewhere = { namespace: 'other' };
  await write(
    service('api', { spec: 'internalTrafficPolicy: Cluster, trafficDistribution: PreferSameZone', ...elsewhere }),
    service('api', { spec: 'internalTrafficPolicy: Cluster', ...elsewhere }),
  );
  expect(await counted()).toBe('0');
});

test('a default over the one of the API server is taken away by writing that', async () => {
  const { lab, write, leader } = await harness();
  lab.policy = {
    ...DEFAULT_POLICY,
    defaults: [{ ...BLOCK, set: { internalTrafficPolicy: 'Local' }, overApiDefault: true }],
  };
  const local = service('agent');
  await write(local, service('agent', { spec: 'internalTrafficPolicy: Cluster' }));
  expect(await leader.metrics()).toContain('zonewise_default_stripped_total{field="internalTrafficPolicy"} 1');
});

test('Events about many Services are limited; all are counted', async () => {
  const { write, reported, counted } = await harness();
  const names = Array.from({ length: 15 }, (_, index) => `web-${index}`);
  const of = (name: string, spec: string) => service(name, { spec });
  for (const name of names)
    for (let round = 0; round < 3; round++)
      await write(
        of(name, 'internalTrafficPolicy: Cluster, trafficDistribution: PreferSameZone'),
        of(name, 'internalTrafficPolicy: Cluster'),
      );
  expect([await counted(), reported().length]).toEqual(['45', 10]);
});
