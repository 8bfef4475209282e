import { expect, onTestFinished, test } from 'vitest';
import { AuditLoop } from '../../../src/controller/audit/loop.ts';
import type { AuditPass } from '../../../src/controller/audit/observer.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/engine/policy.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { TimeSource } from '../../../src/runtime/time-slice.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { drainEventLoop, fakeTimeSlicer } from './audit-harness.ts';
import { AuditedCluster, node, service, slice } from './audited-cluster.ts';

const UNCOVERED = 'local-policy-uncovered-nodes';

async function loop(manifests: string, { time = fakeTimeSlicer() }: { readonly time?: TimeSource } = {}) {
  const clock = new FakeClock();
  const cluster = new AuditedCluster(clock);
  cluster.apply(manifests);
  const evaluated: string[] = [];
  const gone: string[] = [];
  const passes: AuditPass[] = [];
  const logged: string[] = [];
  const findings = new Map<string, readonly Finding[]>();
  const config: { policy: Policy } = { policy: DEFAULT_POLICY };
  const observer = {
    onEvaluated: (key: string, evaluation: { findings: readonly Finding[] }) => {
      evaluated.push(key);
      findings.set(key, evaluation.findings);
    },
    onDeleted: (key: string) => void gone.push(key),
    onPassCompleted: (pass: AuditPass) => void passes.push(pass),
  };
  const loop = new AuditLoop({
    cluster,
    policy: () => config.policy,
    debounceMs: () => 2_000,
    observer,
    clock,
    log: (_, message) => void logged.push(message),
    time,
  });
  const stop = new AbortController();
  const done = loop.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  await drainEventLoop();
  /** The Services evaluated since the last call. */
  const taken = () => evaluated.splice(0).sort();
  const after = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await drainEventLoop();
    }
    return taken();
  };
  const rulesOf = (name: string) => findings.get(`shop/${name}`)?.map(({ rule }) => rule);
  return { clock, cluster, config, gone, passes, logged, taken, after, rulesOf, stop };
}

const TWO_NODES = node('n1') + node('n2');
const SHOP =
  TWO_NODES +
  service('local') +
  slice('local', ['n1', 'n2']) +
  service('other') +
  slice('other', ['n1', 'n2']) +
  service('plain', { spec: 'sessionAffinity: None' }) +
  slice('plain', ['n1']);
const LOCALS = ['shop/local', 'shop/other'];
const ALL = [...LOCALS, 'shop/plain'];

test('the first pass evaluates every Service', async () => {
  const { taken, passes } = await loop(SHOP);
  expect(taken()).toEqual(ALL);
  expect(passes).toMatchObject([{ services: 3, evaluated: 3 }]);
});

test('a changed slice causes an evaluation of only its Service', async () => {
  const { cluster, taken, after, rulesOf } = await loop(SHOP);
  taken();
  cluster.apply(slice('local', ['n1']));
  expect(await after(3)).toEqual(['shop/local']);
  expect([rulesOf('local'), rulesOf('other')]).toEqual([[UNCOVERED], []]);
});

test('a changed Service is evaluated again, and no other', async () => {
  const { cluster, taken, after } = await loop(SHOP);
  taken();
  cluster.apply(service('plain', { spec: 'internalTrafficPolicy: Local' }));
  expect(await after(3)).toEqual(['shop/plain']);
});

test('a changed node causes an evaluation of the Services that depend on nodes', async () => {
  const { cluster, taken, after } = await loop(SHOP);
  taken();
  cluster.apply(node('n2', { ready: false }));
  expect(await after(3)).toEqual(LOCALS);
});

test('a node report without a change of the model causes no evaluation', async () => {
  const { cluster, taken, after } = await loop(SHOP);
  taken();
  cluster.apply(TWO_NODES);
  expect(await after(5)).toEqual([]);
});

test('changed namespace labels may change levels: the Services of the namespace are evaluated again', async () => {
  const { cluster, taken, after } = await loop(SHOP + service('local', { namespace: 'bank' }));
  taken();
  cluster.apply('kind: Namespace\nmetadata: { name: bank, labels: { team: a } }');
  expect(await after(3)).toEqual(['bank/local']);
});

test('a new configuration causes an evaluation of every Service', async () => {
  const { config, taken, after, rulesOf, cluster } = await loop(SHOP);
  cluster.apply(slice('local', ['n1']));
  await after(3);
  taken();
  config.policy = { ...DEFAULT_POLICY, rules: { [UNCOVERED]: { level: 'off', options: {} } } };
  expect(await after(5)).toEqual(ALL);
  expect(rulesOf('local')).toEqual([]);
});

test('changes within the debounce time are one pass', async () => {
  const { cluster, passes, taken, after } = await loop(SHOP);
  taken();
  for (const nodes of [['n1'], [], ['n2'], ['n1', 'n2'], ['n2']]) cluster.apply(slice('local', nodes));
  expect(await after(1)).toEqual([]);
  expect(await after(2)).toEqual(['shop/local']);
  expect(passes).toHaveLength(2);
});

test('a deleted Service is reported once', async () => {
  const { cluster, gone, after } = await loop(SHOP);
  cluster.remove('Service', 'shop/other');
  await after(6);
  expect(gone).toEqual(['shop/other']);
});

test('a node becomes a client node when it is old enough, without any other change', async () => {
  // The fake clock starts at midnight, so the node is 30 s old and becomes a client node in another 30 s.
  const { after, rulesOf } = await loop(
    TWO_NODES + node('n3', { created: '2026-06-30T23:59:30Z' }) + service('local') + slice('local', ['n1', 'n2']),
  );
  expect(rulesOf('local')).toEqual([]);
  expect(await after(29)).toEqual(['shop/local']);
  expect(rulesOf('local')).toEqual([]);
  expect(await after(2)).toEqual(['shop/local']);
  expect(rulesOf('local')).toEqual([UNCOVERED]);
});

test('an exemption ends at midnight, without any other change', async () => {
  const annotations = `zonewise.dev/ignore: ${UNCOVERED}, zonewise.dev/ignore-reason: x, zonewise.dev/ignore-until: "2026-07-01"`;
  const { clock, after, rulesOf } = await loop(TWO_NODES + service('local', { annotations }) + slice('local', ['n1']));
  expect(rulesOf('local')).not.toContain(UNCOVERED);
  clock.advance(Date.parse('2026-07-01T23:59:50Z') - clock.now());
  await after(1);
  expect(rulesOf('local')).not.toContain(UNCOVERED);
  await after(11);
  expect(rulesOf('local')).toContain(UNCOVERED);
});

test('everything is evaluated again every ten minutes, even without a change', async () => {
  const { taken, after } = await loop(SHOP);
  taken();
  expect(await after(595)).toEqual([]);
  expect(await after(10)).toEqual(ALL);
});

test('nothing is evaluated with outdated cluster data, and all changes are once it is current again', async () => {
  const { cluster, taken, after, logged } = await loop(SHOP);
  taken();
  cluster.ageSeconds = 200;
  cluster.apply(slice('local', ['n1']));
  expect(await after(60)).toEqual([]);
  expect(logged).toEqual(['audit paused: the cluster data is old']);
  cluster.ageSeconds = 1;
  expect(await after(15)).toEqual(['shop/local']);
  expect(logged).toHaveLength(2);
});

test('cuts a pass into slices of 3 ms and stops between two of them on abort', async () => {
  let now = 0;
  let yields = 0;
  const control: { stop: () => void } = { stop: () => {} };
  const time = {
    // Each call costs 1 ms: three Services per slice.
    stopwatch: () => (now += 1),
    yieldToEventLoop: async () => {
      yields++;
      if (yields === 3) control.stop();
    },
  };
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const { taken, passes, cluster, after, stop } = await loop(names.map(name => service(name)).join(''), { time });
  expect(taken()).toHaveLength(30);
  expect(yields).toBeGreaterThanOrEqual(9);
  expect(yields).toBeLessThanOrEqual(12);
  yields = 0;
  control.stop = () => stop.abort();
  cluster.apply(names.map(name => service(name, { spec: 'externalTrafficPolicy: Local, type: NodePort' })).join(''));
  expect((await after(3)).length).toBeLessThan(10);
  expect(passes).toHaveLength(1);
});

test('long passes are followed by longer pauses, so that the audit never uses a whole core', async () => {
  let now = 0;
  const time = { stopwatch: () => (now += 1_000), yieldToEventLoop: async () => {} };
  const { cluster, taken, after } = await loop(SHOP, { time });
  taken();
  cluster.apply(slice('local', ['n1']));
  expect(await after(9)).toEqual([]);
  expect(await after(2)).toEqual(['shop/local']);
});

test('a Service deleted during a pass is not evaluated any more', async () => {
  let now = 0;
  const during: { run: () => void } = { run: () => {} };
  const time = { stopwatch: () => (now += 9), yieldToEventLoop: async () => during.run() };
  const { cluster, after, gone } = await loop(SHOP, { time });
  await after(1);
  during.run = () => cluster.remove('Service', 'shop/other');
  cluster.apply(node('n2', { ready: false }));
  expect(await after(3)).toEqual(['shop/local']);
  expect(gone).toEqual(['shop/other']);
});
