import { describe, expect, test } from 'vitest';
import { adviceIn, NODES, OWN, UNEVEN } from './cluster.ts';

const EVEN = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];
const STAY =
  'the Pods of deployment/web stay spread as today: no constraint makes the scheduler spread them over zones';

function constraint(over: object = {}): object {
  const all = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...OWN };
  return { topologySpreadConstraints: [{ ...all, ...over }] };
}

function antiAffinity(labels: object): object {
  const term = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: labels } };
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}

describe('advice assumes that the Pods stay spread', () => {
  test.each([
    ['no constraint', {}],
    ['a constraint that allows a difference of five', constraint({ maxSkew: 5 })],
    ['a constraint about other Pods', constraint({ labelSelector: { matchLabels: { app: 'other' } } })],
    ['a constraint that counts no Pod', constraint({ labelSelector: undefined })],
    ['an anti-affinity to other Pods', antiAffinity({ app: 'other' })],
  ])('with %s', (_, podSpec) => {
    expect(adviceIn({ pods: EVEN, podSpec }).assumed).toContain(STAY);
  });

  test.each([
    ['a constraint', constraint()],
    ['an anti-affinity to each other', antiAffinity({ app: 'web' })],
  ])('unless %s forces it', (_, podSpec) => {
    expect(adviceIn({ pods: EVEN, podSpec }).assumed).not.toContain(STAY);
  });

  test('over nodes if the setting prefers the node', () => {
    const nodes = ['a1', 'b1', 'c1', 'd1'];
    const onNodes =
      'the Pods of deployment/web stay on these nodes: no constraint makes the scheduler spread them over nodes';
    const distribution = adviceIn({ nodes, pods: [...nodes, ...nodes], distribution: 'PreferSameNode' });
    expect(distribution).toMatchObject({ kind: 'keep', setting: { trafficDistribution: 'PreferSameNode' } });
    expect(distribution.assumed).toContain(onNodes);
    expect(adviceIn({ nodes, pods: [...nodes, ...nodes] }).assumed).not.toContain(onNodes);
  });
});

describe('advice names the number of Pods that it assumes', () => {
  test.each([
    ['spec.replicas', { replicas: 30 }, 'keeps the 6 Pods that it has now: its spec.replicas is 30'],
    [
      'the minimum of the autoscaler',
      { autoscaler: { minReplicas: 9, maxReplicas: 20 } },
      'keeps the 6 Pods that it has now: the minimum of its HorizontalPodAutoscaler is 9',
    ],
  ])('if it differs from %s', (_, over, note) => {
    expect(adviceIn({ pods: EVEN, ...over }).assumed).toContain(`deployment/web ${note}`);
  });
});

describe('too little is known', () => {
  const rollout = (kind: string, replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-stable', ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'web', controller: true }] },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } },
  });

  test('of Pods of an API that zonewise does not know, beside a Deployment', () => {
    expect(adviceIn({ pods: UNEVEN, more: [rollout('Rollout', 6)] })).toMatchObject({
      kind: 'none',
      because: 'unknown',
    });
    expect(adviceIn({ pods: UNEVEN, more: [rollout('Rollout', 0)] }).kind).toBe('keep');
    expect(adviceIn({ pods: UNEVEN, more: [rollout('Deployment', 6)] }).kind).toBe('keep');
  });

  test('of more Pods than the workload can have', () => {
    expect(adviceIn({ pods: NODES, replicas: 1 })).toMatchObject({
      because: 'unknown',
      reasons: ['it has 12 Pods, more than deployment/web with replicas 1: the rest may belong to another workload'],
    });
    expect(adviceIn({ pods: NODES, replicas: 11 }).kind).not.toBe('none');
  });
});
