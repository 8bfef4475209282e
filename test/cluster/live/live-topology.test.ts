import { describe, expect, onTestFinished, test } from 'vitest';
import type { LiveTopologyOptions } from '../../../src/cluster/live/live-topology.ts';
import { LiveTopology } from '../../../src/cluster/live/live-topology.ts';
import { connectTo, recordLog, startCluster } from '../../kube/client.ts';
import { PATHS } from '../../kube/fake-cluster.ts';
import { namespace, node, pod, service, slice } from '../../kube/objects.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

async function watchCluster(over: Partial<LiveTopologyOptions> = {}) {
  const cluster = await startCluster();
  const clock = new FakeClock();
  const { log, lines } = recordLog();
  const client = connectTo(cluster.server.url, clock);
  const topology = new LiveTopology({ client, clock, log, random: () => 0, ...over });
  onTestFinished(() => topology.stop());
  cluster.set(PATHS.nodes, node('n2', 'zone-b'));
  cluster.set(PATHS.nodes, node('n1', 'zone-a'));
  cluster.set(PATHS.services, service('shop', 'cart'));
  cluster.set(PATHS.slices, slice('shop', 'cart', { on: ['n1', 'n2'] }));
  cluster.set(PATHS.namespaces, namespace('shop', { team: 'a' }));
  const sync = async () => {
    topology.start();
    await topology.whenSynced;
    await until('four watches', () => cluster.watches.size === 4);
  };
  /** Waits until all earlier changes are read: a bookmark follows them on the same watch. */
  const caughtUp = async (path: string) => {
    clock.advance(1_000);
    for (const each of Object.values(PATHS)) if (each !== path) cluster.bookmark(each);
    await until('the others', () => topology.ageSeconds() === 1);
    cluster.bookmark(path);
    await until('the bookmark', () => topology.ageSeconds() === 0);
  };
  return { cluster, clock, topology, lines, sync, caughtUp };
}

describe('a live topology', () => {
  test('finds and lists the objects of the cluster', async () => {
    const { topology, sync } = await watchCluster();
    await sync();
    expect(topology.synced).toBe(true);
    expect(topology.nodes().map(({ name, zone }) => [name, zone])).toEqual([
      ['n1', 'zone-a'],
      ['n2', 'zone-b'],
    ]);
    expect(topology.node('n2')?.zone).toBe('zone-b');
    expect(topology.services().map(({ name }) => name)).toEqual(['cart']);
    expect(topology.service('shop', 'cart')?.clusterIP).toBe('10.96.0.9');
    expect(topology.slices('shop', 'cart').flatMap(({ endpoints }) => endpoints.map(e => e.nodeName))).toEqual([
      'n1',
      'n2',
    ]);
    expect({ ...topology.namespaceLabels('shop') }).toEqual({ team: 'a' });
  });

  test.each([true, false])('keeps the names of Pods in endpoints only if asked to (%s)', async podNames => {
    const { cluster, topology, sync } = await watchCluster({ podNames });
    const { endpoints, ...rest } = slice('shop', 'db', { on: ['n1'] });
    const named = (endpoints as object[]).map(one => ({ ...one, targetRef: { kind: 'Pod', name: 'db-0' } }));
    cluster.set(PATHS.slices, { ...rest, endpoints: named });
    await sync();
    const [endpoint] = topology.slices('shop', 'db').flatMap(one => one.endpoints);
    expect(endpoint?.podName).toBe(podNames ? 'db-0' : undefined);
  });

  test('watches Pods on request, and knows them after their first list', async () => {
    const { cluster, topology, sync } = await watchCluster();
    cluster.set(PATHS.pods, pod('cart-0', { app: 'cart' }));
    await sync();
    expect([topology.pods('shop', { app: 'cart' }), topology.counters().pods]).toEqual([null, undefined]);
    topology.watchPods();
    topology.watchPods();
    await until('the Pods', () => topology.pods('shop', { app: 'cart' }) !== null);
    expect(topology.pods('shop', { app: 'cart' })?.map(({ name }) => name)).toEqual(['cart-0']);
    expect(topology.counters().pods).toMatchObject({ synced: true, objects: 1, seen: 1 });
    const calls = cluster.server.calls.filter(({ path }) => path === PATHS.pods);
    expect(new Set(calls.map(({ query }) => query.get('fieldSelector')))).toEqual(
      new Set(['status.phase!=Succeeded,status.phase!=Failed']),
    );
    cluster.delete(PATHS.pods, 'shop/cart-0');
    await until('the deletion', () => topology.pods('shop', { app: 'cart' })?.length === 0);
  });

  test('is as old as the Pods, once they are known', async () => {
    const { cluster, clock, topology, sync } = await watchCluster();
    await sync();
    topology.watchPods();
    await until('the Pods', () => topology.pods('shop', { app: 'cart' }) !== null);
    clock.advance(90_000);
    for (const path of Object.values(PATHS)) if (path !== PATHS.pods) cluster.bookmark(path);
    await until('the others', () => topology.counters().nodes.synced);
    expect(topology.ageSeconds()).toBe(90);
    cluster.bookmark(PATHS.pods);
    await until('the bookmark', () => topology.ageSeconds() === 0);
  });

  test('logs the size of each list', async () => {
    const { lines, sync } = await watchCluster();
    await sync();
    const listed = lines.filter(({ message }) => message === 'listed').map(({ fields }) => fields);
    expect(listed).toHaveLength(4);
    expect(listed).toContainEqual({ resource: 'nodes', objects: 2 });
  });

  test('returns nothing for unknown objects', async () => {
    const { topology, sync } = await watchCluster();
    await sync();
    expect(topology.node('n9')).toBeUndefined();
    expect(topology.service('shop', 'n9')).toBeUndefined();
    expect(topology.slices('shop', 'n9')).toEqual([]);
    expect(topology.namespaceLabels('n9')).toEqual({});
    expect(topology.workloads('shop')).toEqual([]);
  });

  test('is empty, infinitely old and not synced before the first list', async () => {
    const { topology } = await watchCluster();
    expect(topology.synced).toBe(false);
    expect(topology.nodes()).toEqual([]);
    expect(topology.ageSeconds()).toBe(Number.POSITIVE_INFINITY);
  });

  test('keeps its arrays across heartbeats, and replaces one when a node changes', async () => {
    const { cluster, topology, sync, caughtUp } = await watchCluster();
    await sync();
    const before = topology.nodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a', { heartbeat: '2026-07-01T00:05:00Z' }));
    await caughtUp(PATHS.nodes);
    expect(topology.nodes()).toBe(before);
    cluster.set(PATHS.nodes, node('n1', 'zone-a', { ready: false }));
    await caughtUp(PATHS.nodes);
    expect(topology.nodes()).not.toBe(before);
    expect(topology.nodes()[1]).toBe(before[1]);
  });

  test("keeps a Service's slices while those of others change", async () => {
    const { cluster, topology, sync, caughtUp } = await watchCluster();
    await sync();
    const before = topology.slices('shop', 'cart');
    cluster.set(PATHS.slices, slice('shop', 'other', { on: ['n1'] }));
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'cart')).toBe(before);
    cluster.set(PATHS.slices, slice('shop', 'cart', { name: 'cart-2', on: ['n1'] }));
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'cart').map(({ name }) => name)).toEqual(['cart-1', 'cart-2']);
    expect(before).toHaveLength(1);
  });

  test("keeps a Service's slices when one is written again without a change", async () => {
    const { cluster, topology, sync, caughtUp } = await watchCluster();
    await sync();
    const before = topology.slices('shop', 'cart');
    cluster.set(PATHS.slices, { ...slice('shop', 'cart', { on: ['n1', 'n2'] }), generation: 'another' });
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'cart')).toBe(before);
    cluster.set(PATHS.slices, slice('shop', 'cart', { on: ['n2', 'n1'] }));
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'cart')).not.toBe(before);
    expect(before[0]?.endpoints[0]?.nodeName).toBe('n1');
  });

  test.each([true, false])(
    'keeps arrays and objects through a relist without changes (streamed: %s)',
    async streams => {
      const { cluster, clock, topology, sync } = await watchCluster();
      cluster.watchList = streams;
      await sync();
      const [nodes, services, slices] = [topology.nodes(), topology.services(), topology.slices('shop', 'cart')];
      cluster.set(PATHS.nodes, node('n1', 'zone-a', { heartbeat: '2026-07-01T00:05:00Z' }));
      cluster.compact();
      for (const watch of [...cluster.watches.keys()]) watch.destroy();
      const relisted = () => Object.values(topology.counters()).every(({ relists }) => relists === 1);
      await until('four new lists', () => {
        clock.advance(1_000);
        return relisted();
      });
      expect(topology.nodes()).toBe(nodes);
      expect(topology.services()).toBe(services);
      expect(topology.slices('shop', 'cart')).toBe(slices);
    },
  );

  test('follows a slice that moves to another Service, and drops a deleted one', async () => {
    const { cluster, topology, sync, caughtUp } = await watchCluster();
    await sync();
    cluster.set(PATHS.slices, slice('shop', 'moved', { name: 'cart-1' }));
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'cart')).toEqual([]);
    expect(topology.slices('shop', 'moved')).toHaveLength(1);
    cluster.delete(PATHS.slices, 'shop/cart-1');
    await caughtUp(PATHS.slices);
    expect(topology.slices('shop', 'moved')).toEqual([]);
  });

  test('notifies listeners of the changed resource until they unsubscribe; one that throws does not affect others', async () => {
    const { cluster, topology, lines, sync, caughtUp } = await watchCluster();
    await sync();
    const received: string[] = [];
    topology.onChange(() => {
      throw new Error('broken listener');
    });
    const leave = topology.onChange(resource => received.push(resource));
    cluster.set(PATHS.namespaces, namespace('shop', { team: 'b' }));
    await caughtUp(PATHS.namespaces);
    leave();
    cluster.set(PATHS.nodes, node('n3', 'zone-a'));
    await caughtUp(PATHS.nodes);
    expect(received).toEqual(['namespaces']);
    expect(lines.map(({ fields }) => fields.error)).toContain('broken listener');
    expect(topology.counters().nodes).toEqual({
      synced: true,
      objects: 3,
      seen: 3,
      relists: 0,
      watchErrors: 0,
      lastError: null,
    });
  });

  test('is as old as its stalest watch', async () => {
    const { cluster, clock, topology, sync } = await watchCluster();
    await sync();
    clock.advance(90_000);
    for (const path of [PATHS.nodes, PATHS.services, PATHS.namespaces]) cluster.bookmark(path);
    expect(topology.ageSeconds()).toBe(90);
    cluster.bookmark(PATHS.slices);
    await until('all bookmarks', () => topology.ageSeconds() === 0);
  });

  test('requests only the metadata of namespaces', async () => {
    const { cluster, sync } = await watchCluster();
    await sync();
    const [call] = cluster.calls(PATHS.namespaces);
    expect(call?.request.headers.accept).toContain('as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  });

  test("drops kubectl's copy of the manifest from the annotations", async () => {
    const { cluster, topology, sync } = await watchCluster();
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'zonewise.dev/ignore': '*' };
    cluster.set(PATHS.services, service('shop', 'cart', annotations));
    await sync();
    expect(Object.keys(topology.service('shop', 'cart')?.annotations ?? {})).toEqual(['zonewise.dev/ignore']);
  });
});
