import { describe, expect, test } from 'vitest';
import {
  cordonReview,
  deleteReview,
  evictionReview,
  scaleReview,
  updateReview,
  workloadReview,
} from '../support/workload-reviews.ts';
import { webhook } from './harness.ts';
import {
  clusterWith,
  LOCAL,
  ON_EACH_NODE,
  PATH,
  POD_1,
  POD_2,
  POD_3,
  SAME_ZONE,
  warnings,
  workloads,
} from './workload-cluster.ts';

describe('scale', () => {
  test('warns of a zone without an endpoint if too few Pods are left for all zones, without naming it', async () => {
    expect(
      await warnings(clusterWith(SAME_ZONE, ON_EACH_NODE), scaleReview('Deployment', 'web', { from: 3, to: 1 })),
    ).toEqual([
      'default/web: scaling deployment/web to 1 leaves 1 of 2 zones without an endpoint: trafficDistribution PreferSameZone sends its traffic to all zones [zone-without-endpoints]',
    ]);
  });
  test('is silent while the Pods that stay may be in every zone', async () => {
    expect(
      await warnings(clusterWith(SAME_ZONE, ON_EACH_NODE), scaleReview('Deployment', 'web', { from: 3, to: 2 })),
    ).toEqual([]);
  });
  test('warns of the number of nodes that lose traffic under a Local policy', async () => {
    expect(
      await warnings(clusterWith(LOCAL, ON_EACH_NODE), scaleReview('Deployment', 'web', { from: 3, to: 2 })),
    ).toEqual([
      'default/web: scaling deployment/web to 2 makes 1 of 3 nodes lose traffic: internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
  });
  test('names the nodes of a StatefulSet, which removes its highest ordinals', async () => {
    const cluster = clusterWith(LOCAL, [
      ['web-0', 'n1'],
      ['web-1', 'n2'],
      ['web-2', 'n3'],
    ]);
    expect(await warnings(cluster, scaleReview('StatefulSet', 'web', { from: 3, to: 2 }))).toEqual([
      'default/web: scaling statefulset/web to 2 makes 1 of 3 nodes lose traffic (n3): internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
  });
  test('counts only the nodes that lose traffic by the change', async () => {
    const cluster = clusterWith(LOCAL, ON_EACH_NODE.slice(1));
    expect(await warnings(cluster, scaleReview('Deployment', 'web', { from: 2, to: 1 }))).toEqual([
      'default/web: scaling deployment/web to 1 makes 1 of 3 nodes lose traffic: internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
  });
  test('warns of the last endpoint', async () => {
    expect(await warnings(clusterWith('', ON_EACH_NODE), scaleReview('Deployment', 'web', { from: 3, to: 0 }))).toEqual(
      [
        'default/web: scaling deployment/web to 0 leaves no endpoint, all connections are rejected [last-endpoint-lost]',
      ],
    );
  });
  test('is silent for more Pods, for as many, and for Services of other Pods', async () => {
    const cluster = clusterWith(LOCAL, ON_EACH_NODE);
    for (const review of [
      scaleReview('Deployment', 'web', { from: 3, to: 5 }),
      scaleReview('Deployment', 'web', { from: 3, to: 3 }),
      scaleReview('Deployment', 'other', { from: 3, to: 0 }),
      scaleReview('StatefulSet', 'web', { from: 3, to: 0 }),
    ])
      expect(await warnings(cluster, review)).toEqual([]);
  });
});

describe('deletion', () => {
  test('warns of the last endpoint', async () => {
    expect(await warnings(clusterWith('', ON_EACH_NODE), deleteReview('Deployment'))).toEqual([
      'default/web: deleting deployment/web leaves no endpoint, all connections are rejected [last-endpoint-lost]',
    ]);
  });
  test('is silent if the Pods stay', async () => {
    expect(
      await warnings(clusterWith('', ON_EACH_NODE), deleteReview('Deployment', { propagationPolicy: 'Orphan' })),
    ).toEqual([]);
  });
});

describe('eviction', () => {
  test('warns of the last endpoint and of a node that loses traffic until a new Pod is ready', async () => {
    expect(await warnings(clusterWith('', [[POD_1, 'n1']]), evictionReview(POD_1))).toEqual([
      `default/web: until a new Pod is ready, evicting pod/${POD_1} leaves no endpoint, all connections are rejected [last-endpoint-lost]`,
    ]);
    expect(await warnings(clusterWith(LOCAL, ON_EACH_NODE), evictionReview(POD_3))).toEqual([
      `default/web: until a new Pod is ready, evicting pod/${POD_3} makes 1 of 3 nodes lose traffic (n3): internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]`,
    ]);
  });
  test('is silent about the senders of a node that is drained', async () => {
    const cordoned = clusterWith(LOCAL, ON_EACH_NODE).replace(
      'metadata: { name: n3,',
      'spec: { taints: [{ key: node.kubernetes.io/unschedulable, effect: NoSchedule }] }\nmetadata: { name: n3,',
    );
    expect(await warnings(cordoned, evictionReview(POD_3))).toEqual([]);
  });
  test('is silent about a zone that falls back for a moment, and about Pods of no Service', async () => {
    expect(await warnings(clusterWith(SAME_ZONE, ON_EACH_NODE), evictionReview(POD_3))).toEqual([]);
    expect(await warnings(clusterWith('', [[POD_1, 'n1']]), evictionReview('job-x'))).toEqual([]);
  });
});

describe('cordon', () => {
  test('warns of the endpoints that the drain takes until they are ready elsewhere', async () => {
    const cluster = clusterWith('', [
      [POD_1, 'n3'],
      [POD_2, 'n3'],
    ]);
    expect(await warnings(cluster, cordonReview('n3'))).toEqual([
      'default/web: until its Pods are ready elsewhere, a drain of node/n3 without a PodDisruptionBudget leaves no endpoint, all connections are rejected [last-endpoint-lost]',
    ]);
  });
  test('is silent about a node that was cordoned, is uncordoned, or whose Pods leave others behind', async () => {
    const cluster = clusterWith('', ON_EACH_NODE);
    for (const review of [
      cordonReview('n3'),
      cordonReview('n3', { from: true }),
      cordonReview('n3', { from: true, to: false }),
      cordonReview('unknown'),
    ])
      expect(await warnings(cluster, review)).toEqual([]);
  });
});

describe('update', () => {
  const update = (after: Parameters<typeof updateReview>[2], before = {}) => updateReview('Deployment', before, after);
  test('is silent about an image, the status and Recreate as before', async () => {
    const cluster = clusterWith(LOCAL, ON_EACH_NODE);
    const image = {
      podSpec: {
        containers: [{ name: 'web', image: 'example/web:2', ports: [{ name: 'http', containerPort: 8080 }] }],
      },
    };
    const recreate = { spec: { strategy: { type: 'Recreate' } } };
    for (const review of [update(image), update({}), update({ ...image, ...recreate }, recreate)])
      expect(await warnings(cluster, review)).toEqual([]);
  });
  test('warns as a scale does', async () => {
    expect(await warnings(clusterWith(LOCAL, ON_EACH_NODE), update({ spec: { replicas: 2 } }))).toEqual([
      'default/web: scaling deployment/web to 2 makes 1 of 3 nodes lose traffic: internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
  });
  test('warns of labels that the Service does not select', async () => {
    const service = clusterWith('', ON_EACH_NODE).replace(
      'selector: { app: web }',
      'selector: { app: web, tier: front }',
    );
    expect(
      await warnings(
        service,
        update({ labels: { app: 'web', tier: 'back' } }, { labels: { app: 'web', tier: 'front' } }),
      ),
    ).toEqual([
      'default/web: once its rollout is complete, changing the labels of deployment/web leaves no endpoint, all connections are rejected [last-endpoint-lost]',
    ]);
  });
  test('warns of a named port that the new Pods lack', async () => {
    const ports = { podSpec: { containers: [{ name: 'web', ports: [{ name: 'web', containerPort: 8080 }] }] } };
    expect(await warnings(clusterWith('', ON_EACH_NODE), update(ports))).toEqual([
      'default/web: once its rollout is complete, changing the ports of deployment/web leaves no endpoint, all connections are rejected [last-endpoint-lost]',
    ]);
  });
  test('warns of a zone that the new placement leaves', async () => {
    const placement = { podSpec: { nodeSelector: { 'topology.kubernetes.io/zone': 'a' } } };
    expect(await warnings(clusterWith(SAME_ZONE, ON_EACH_NODE), update(placement))).toEqual([
      'default/web: the new placement of deployment/web leaves 1 of 2 zones without an endpoint (b): trafficDistribution PreferSameZone sends its traffic to all zones [zone-without-endpoints]',
    ]);
  });
  test('warns of a strategy that newly replaces all Pods together', async () => {
    expect(await warnings(clusterWith('', ON_EACH_NODE), update({ spec: { strategy: { type: 'Recreate' } } }))).toEqual(
      [
        'default/web: each rollout of deployment/web with its new strategy leaves no endpoint, all connections are rejected [last-endpoint-lost]',
      ],
    );
  });
});

describe('update of other kinds', () => {
  const [AGENT_1, AGENT_2, AGENT_3] = ['web-x2k9p', 'web-b7c4d', 'web-k8m2n'] as const;
  const AGENTS = [
    [AGENT_1, 'n1'],
    [AGENT_2, 'n2'],
    [AGENT_3, 'n3'],
  ] as const;
  test('names the nodes that a DaemonSet leaves', async () => {
    const onlyZoneA = { podSpec: { nodeSelector: { 'topology.kubernetes.io/zone': 'a' } } };
    expect(await warnings(clusterWith(LOCAL, AGENTS), updateReview('DaemonSet', {}, onlyZoneA))).toEqual([
      'default/web: the new placement of daemonset/web makes 1 of 3 nodes lose traffic (n3): internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
    expect(await warnings(clusterWith(LOCAL, AGENTS), updateReview('DaemonSet', onlyZoneA, {}))).toEqual([]);
  });
  test('names the node whose taint is no longer tolerated', async () => {
    const tainted = clusterWith(LOCAL, AGENTS).replace(
      'metadata: { name: n2,',
      'spec: { taints: [{ key: pool, value: gpu, effect: NoSchedule }] }\nmetadata: { name: n2,',
    );
    const tolerant = { podSpec: { tolerations: [{ key: 'pool', operator: 'Exists' }] } };
    expect(await warnings(tainted, updateReview('DaemonSet', tolerant, {}))).toEqual([
      'default/web: the new placement of daemonset/web makes 1 of 3 nodes lose traffic (n2): internalTrafficPolicy Local, no endpoint there [local-policy-uncovered-nodes]',
    ]);
    expect(await warnings(tainted, updateReview('DaemonSet', tolerant, tolerant))).toEqual([]);
  });
  test('names the nodes that no longer answer outside traffic', async () => {
    const cluster = clusterWith('type: NodePort\n  externalTrafficPolicy: Local', AGENTS);
    const [warning] = await warnings(cluster, evictionReview(AGENT_3));
    expect(warning).toBe(
      `default/web: evicting pod/${AGENT_3} makes 1 of 3 nodes drop outside traffic to node ports (n3): externalTrafficPolicy Local, no endpoint there [external-local-uncovered-nodes]`,
    );
  });
  test('is silent about a StatefulSet that keeps Pods of the old template, and one that waits for a user', async () => {
    const cluster = clusterWith('', [['web-0', 'n1']]);
    const labels = { app: 'web', tier: 'front' };
    for (const updateStrategy of [{ type: 'RollingUpdate', rollingUpdate: { partition: 1 } }, { type: 'OnDelete' }]) {
      const service = cluster.replace('selector: { app: web }', 'selector: { app: web, tier: front }');
      const spec = { updateStrategy };
      expect(await warnings(service, updateReview('StatefulSet', { spec, labels }, { spec }))).toEqual([]);
    }
  });
  test('is silent about a restart while a node is not ready', async () => {
    const cluster = clusterWith(SAME_ZONE, ON_EACH_NODE).replaceAll(
      /name: n3, labels([^\n]*)\n([^\n]*)status: "True"/g,
      'name: n3, labels$1\n$2status: "False"',
    );
    expect(cluster).toContain('status: "False"');
    const restart = {
      podSpec: {
        containers: [{ name: 'web', image: 'example/web:2', ports: [{ name: 'http', containerPort: 8080 }] }],
      },
    };
    expect(await warnings(cluster, updateReview('Deployment', {}, restart))).toEqual([]);
  });
});

describe('the endpoint', () => {
  test('is answered 404 unless it is enabled', async () => {
    const { status, text } = await (await webhook()).send(PATH, scaleReview('Deployment', 'web', { from: 3, to: 0 }));
    expect([status, text]).toEqual([404, expect.stringContaining('expected POST /validate or /mutate')]);
  });
  test.each([
    [
      'a Scale without its old object',
      { ...scaleReview('Deployment', 'web', { from: 2, to: 1 }).request, oldObject: null },
      'request.oldObject must be an object: this is UPDATE of deployments',
    ],
    [
      'a count that is no number',
      { ...scaleReview('Deployment', 'web', { from: 2, to: 1 }).request, object: { spec: { replicas: 'one' } } },
      'request.object.spec.replicas must be a whole number from 0',
    ],
    [
      'an Eviction without a name',
      { ...evictionReview('').request, name: '' },
      'request.name must be the name of the Pod',
    ],
  ])('answers 422 to %s', async (_, request, problem) => {
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
    const { status, text } = await (await workloads(clusterWith('', []))).send(PATH, review);
    expect([status, JSON.parse(text)]).toEqual([422, expect.objectContaining({ problems: [problem] })]);
  });
  test('allows everything else', async () => {
    const review = workloadReview({
      resource: ['batch', 'v1', 'jobs'],
      kind: ['batch', 'v1', 'Job'],
      operation: 'DELETE',
      name: 'x',
      namespace: 'default',
    });
    expect(await warnings(clusterWith('', []), review)).toEqual([]);
  });
});
