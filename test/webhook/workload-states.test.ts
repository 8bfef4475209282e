import { describe, expect, test } from 'vitest';
import { cordonReview, deleteReview, evictionReview, scaleReview, updateReview } from '../support/workload-reviews.ts';
import {
  clusterWith,
  LOCAL,
  ON_EACH_NODE,
  POD_1,
  POD_2,
  POD_3,
  SAME_ZONE,
  TERMINATING,
  UNREADY,
  warnings,
} from './workload-cluster.ts';

const NO_ENDPOINT = 'leaves no endpoint, all connections are rejected [last-endpoint-lost]';
const NO_LOCAL = 'internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]';
const FALLS_BACK = 'trafficDistribution PreferSameZone sends its traffic to all zones [zone-without-endpoints]';

/** The manifests with labels, a taint or another condition of a node. */
function withNode(cluster: string, name: string, fields: { labels?: string; ready?: boolean; taint?: string }): string {
  const { labels, ready = true, taint } = fields;
  const parts = cluster.split('\n---').map(part => {
    if (!part.includes(`metadata: { name: ${name}, labels`)) return part;
    const spec = taint ? `\nspec: { taints: [{ key: ${taint}, effect: NoSchedule }] }` : '';
    return `${part}${spec}`
      .replace('labels: {', labels ? `labels: { ${labels},` : 'labels: {')
      .replace('status: "True"', `status: "${ready ? 'True' : 'False'}"`);
  });
  return parts.join('\n---');
}

describe('a node that is not ready or cordoned', () => {
  const pool = { podSpec: { nodeSelector: { pool: 'w' } } };
  const inPool = (cluster: string) =>
    withNode(withNode(cluster, 'n1', { labels: 'pool: w' }), 'n3', {
      labels: 'pool: w',
      ready: false,
      taint: 'node.kubernetes.io/not-ready',
    });
  test('is not a new placement if the template changes otherwise', async () => {
    const cluster = inPool(clusterWith(SAME_ZONE, ON_EACH_NODE));
    const relabelled = { ...pool, labels: { app: 'web', version: '2' } };
    const tolerant = { podSpec: { ...pool.podSpec, tolerations: [{ key: 'gpu', operator: 'Exists' }] } };
    for (const kind of ['Deployment', 'DaemonSet'] as const)
      for (const after of [relabelled, tolerant])
        expect(await warnings(cluster, updateReview(kind, pool, after))).toEqual([]);
  });
  test('may take the new Pods later', async () => {
    const cluster = inPool(clusterWith(SAME_ZONE, ON_EACH_NODE));
    expect(await warnings(cluster, updateReview('Deployment', {}, pool))).toEqual([]);
    const cordoned = withNode(withNode(clusterWith(SAME_ZONE, ON_EACH_NODE), 'n1', { labels: 'pool: w' }), 'n3', {
      labels: 'pool: w',
      taint: 'node.kubernetes.io/unschedulable',
    });
    expect(await warnings(cordoned, updateReview('Deployment', {}, pool))).toEqual([]);
  });
  test('leaves the old Pods in place if it is all of the pool', async () => {
    const cluster = withNode(clusterWith(LOCAL, ON_EACH_NODE), 'n3', { labels: 'pool: w', ready: false });
    expect(await warnings(cluster, updateReview('Deployment', {}, pool))).toEqual([]);
  });
  test('a pool of one node says nothing about zones, as further nodes may be anywhere', async () => {
    const cluster = withNode(clusterWith(SAME_ZONE, ON_EACH_NODE), 'n1', { labels: 'pool: w' });
    expect(await warnings(cluster, updateReview('Deployment', {}, pool))).toEqual([]);
    const zone = { podSpec: { nodeSelector: { 'topology.kubernetes.io/zone': 'b' } } };
    expect(await warnings(cluster, updateReview('Deployment', {}, zone))).toEqual([
      `default/web: the new placement of deployment/web leaves 1 of 2 zones without an endpoint (a): ${FALLS_BACK}`,
    ]);
  });
});

describe('a Pod that is not ready', () => {
  const cluster = clusterWith(LOCAL, [
    [POD_1, 'n1'],
    [POD_2, 'n2'],
    [POD_3, 'n3', UNREADY],
  ]);
  test('has no traffic that its node can lose', async () => {
    expect(await warnings(cluster, evictionReview(POD_3))).toEqual([]);
    const ordinals = clusterWith(LOCAL, [
      ['web-0', 'n1'],
      ['web-1', 'n2'],
      ['web-2', 'n3', UNREADY],
    ]);
    expect(await warnings(ordinals, scaleReview('StatefulSet', 'web', { from: 3, to: 2 }))).toEqual([]);
    const canary = clusterWith(LOCAL, [
      ['stable-7d4b9c6f5d-x2k9p', 'n1'],
      [POD_3, 'n3', UNREADY],
    ]);
    expect(await warnings(canary, deleteReview('Deployment'))).toEqual([]);
  });
  test('goes first in a scale-down of a Deployment', async () => {
    expect(await warnings(cluster, scaleReview('Deployment', 'web', { from: 3, to: 2 }))).toEqual([]);
    expect(await warnings(cluster, scaleReview('Deployment', 'web', { from: 3, to: 1 }))).toEqual([
      `default/web: scaling deployment/web to 1 makes 1 of 3 nodes lose traffic: ${NO_LOCAL}`,
    ]);
  });
});

describe('a Pod that terminates', () => {
  const cluster = clusterWith('', [
    [POD_1, 'n1', TERMINATING],
    [POD_2, 'n2'],
  ]);
  test.each([
    ['a scale', scaleReview('Deployment', 'web', { from: 1, to: 0 }), 'scaling deployment/web to 0'],
    ['a deletion', deleteReview('Deployment'), 'deleting deployment/web'],
    ['the next eviction', evictionReview(POD_2), `until a new Pod is ready, evicting pod/${POD_2}`],
  ])('does not hide the loss by %s', async (_, review, cause) => {
    expect(await warnings(cluster, review)).toEqual([`default/web: ${cause} ${NO_ENDPOINT}`]);
  });
  test('has no traffic that another change takes', async () => {
    const gone = clusterWith('', [[POD_1, 'n1', TERMINATING]]);
    expect(await warnings(gone, deleteReview('Deployment'))).toEqual([]);
    expect(await warnings(gone, evictionReview(POD_1))).toEqual([]);
  });
});

describe('ordinals of a StatefulSet', () => {
  const PODS = [
    ['web-0', 'n1'],
    ['web-1', 'n2'],
    ['web-2', 'n3'],
  ] as const;
  test('are those of all its Services', async () => {
    const leader = clusterWith('', PODS.slice(1, 2))
      .split('\n---')
      .slice(-2)
      .map(part => part.replace('  name: web-1', '  name: leader-1').replace(/name: web\b(?!-)/, 'name: leader'));
    const cluster = [...leader, clusterWith('', PODS)].join('\n---');
    expect(await warnings(cluster, scaleReview('StatefulSet', 'web', { from: 3, to: 1 }))).toEqual([
      `default/leader: scaling statefulset/web to 1 ${NO_ENDPOINT}`,
    ]);
    expect(await warnings(cluster, scaleReview('StatefulSet', 'web', { from: 3, to: 2 }))).toEqual([]);
  });
  test('are not guessed if Pods are missing', async () => {
    const cluster = clusterWith('', [['web-1', 'n2']]);
    expect(await warnings(cluster, scaleReview('StatefulSet', 'web', { from: 3, to: 1 }))).toEqual([]);
    expect(await warnings(cluster, scaleReview('StatefulSet', 'web', { from: 3, to: 0 }))).toEqual([
      `default/web: scaling statefulset/web to 0 ${NO_ENDPOINT}`,
    ]);
  });
  test('go below a higher start, too', async () => {
    const before = { spec: { replicas: 3, ordinals: { start: 0 } } };
    const after = { spec: { replicas: 1, ordinals: { start: 2 } } };
    const cluster = clusterWith(LOCAL, PODS);
    expect(await warnings(cluster, updateReview('StatefulSet', before, after))).toEqual([
      `default/web: scaling statefulset/web to 1 makes 2 of 3 nodes lose traffic (n1, n2): ${NO_LOCAL}`,
    ]);
  });
});

test('a paused Deployment rolls nothing out', async () => {
  const elsewhere = { nodeSelector: { 'topology.kubernetes.io/zone': 'a' } };
  const paused = { spec: { paused: true }, podSpec: elsewhere };
  expect(await warnings(clusterWith(SAME_ZONE, ON_EACH_NODE), updateReview('Deployment', {}, paused))).toEqual([]);
});

test('a DaemonSet leaves nodes that no longer match immediately, also with OnDelete', async () => {
  const cluster = clusterWith(LOCAL, [
    ['web-x2k9p', 'n1'],
    ['web-b7c4d', 'n2'],
    ['web-k8m2n', 'n3'],
  ]);
  const spec = { updateStrategy: { type: 'OnDelete' } };
  const onlyZoneA = { podSpec: { nodeSelector: { 'topology.kubernetes.io/zone': 'a' } } };
  expect(await warnings(cluster, updateReview('DaemonSet', { spec }, { spec, ...onlyZoneA }))).toEqual([
    `default/web: the new placement of daemonset/web makes 1 of 3 nodes lose traffic (n3): ${NO_LOCAL}`,
  ]);
});

test('a placement leaves node ports of other nodes without an answer', async () => {
  const cluster = clusterWith('type: NodePort\n  externalTrafficPolicy: Local', ON_EACH_NODE);
  const placement = { podSpec: { nodeSelector: { 'topology.kubernetes.io/zone': 'a' } } };
  expect(await warnings(cluster, updateReview('Deployment', {}, placement))).toEqual([
    'default/web: the new placement of deployment/web makes at least 1 of 3 nodes drop outside traffic to node ports (n3): externalTrafficPolicy Local, no endpoint there [external-local-uncovered-nodes]',
  ]);
});

test('a number of nodes that depends on the Pods that go is the least one', async () => {
  const cluster = clusterWith(LOCAL, [...ON_EACH_NODE, ['web-7d4b9c6f5d-q5r7s', 'n1']]);
  expect(await warnings(cluster, scaleReview('Deployment', 'web', { from: 4, to: 2 }))).toEqual([
    `default/web: scaling deployment/web to 2 makes at least 1 of 3 nodes lose traffic: ${NO_LOCAL}`,
  ]);
});

test('a drain leaves static Pods and Pods of a DaemonSet whose suffix is digits', async () => {
  for (const name of ['kube-vip-n1', 'web-24567'])
    expect(await warnings(clusterWith('', [[name, 'n1']]), cordonReview('n1'))).toEqual([]);
});

test('nothing replaces an evicted Pod without a controller', async () => {
  expect(await warnings(clusterWith('', [['web-debug', 'n1']]), evictionReview('web-debug'))).toEqual([
    `default/web: evicting pod/web-debug ${NO_ENDPOINT}`,
  ]);
});

describe('deletions', () => {
  test('of a collection have their names in the objects', async () => {
    const { request, ...review } = deleteReview('Deployment');
    const cluster = clusterWith('', ON_EACH_NODE);
    expect(await warnings(cluster, { ...review, request: { ...request, name: '' } })).toEqual([
      `default/web: deleting deployment/web ${NO_ENDPOINT}`,
    ]);
  });
  test('with the finalizer orphan leave the Pods', async () => {
    const { request, ...review } = deleteReview('Deployment');
    const { metadata, ...old } = request.oldObject as { metadata: object };
    const oldObject = { ...old, metadata: { ...metadata, finalizers: ['orphan'] } };
    expect(await warnings(clusterWith('', ON_EACH_NODE), { ...review, request: { ...request, oldObject } })).toEqual(
      [],
    );
  });
  test('of the Service itself come first', async () => {
    const cluster = clusterWith('', ON_EACH_NODE).replace(
      'metadata: { name: web }',
      'metadata: { name: web, deletionTimestamp: "2026-06-01T11:59:00Z" }',
    );
    expect(await warnings(cluster, deleteReview('Deployment'))).toEqual([]);
  });
});
