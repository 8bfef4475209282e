import { describe, expect, test } from 'vitest';
import { workloadPatches } from '../../../src/report/advice/patches.ts';
import { adviceIn, NODES, OWN, UNEVEN } from './cluster.ts';

const ZONE = 'topology.kubernetes.io/zone';
const SAME_ZONE = { internalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameZone', topologyModeAuto: false };

function constraint(over: object = {}): object {
  const all = { topologyKey: ZONE, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...OWN, ...over };
  return { topologySpreadConstraints: [all] };
}

function antiAffinity(topologyKey: string, term: object = OWN): object {
  const terms = [{ topologyKey, ...term }];
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } };
}

describe('a change of the workload', () => {
  test('spreads as many Pods as today if that makes a setting safe', () => {
    const advice = adviceIn({ pods: UNEVEN });
    expect(advice).toMatchObject({ kind: 'keep', workload: { replicas: 6, addsSpread: true, setting: SAME_ZONE } });
  });

  test('never has fewer Pods than spec.replicas asks for', () => {
    expect(adviceIn({ pods: UNEVEN, replicas: 30 }).workload?.replicas).toBe(30);
  });

  test('never lowers the minimum of the autoscaler', () => {
    const autoscaler = { minReplicas: 9, maxReplicas: 20 };
    expect(adviceIn({ pods: UNEVEN, autoscaler }).workload).toMatchObject({ replicas: 9, autoscaler: 'web' });
  });

  test('is not offered for more Pods than the autoscaler allows, nor for a number that is too large to simulate', () => {
    const bounds = (maxReplicas: number) => ({ pods: ['a1'], autoscaler: { minReplicas: 1, maxReplicas } });
    expect(adviceIn(bounds(6)).workload?.replicas).toBe(2);
    expect(adviceIn(bounds(1)).workload).toBeNull();
    expect(adviceIn({ pods: UNEVEN, replicas: 2_000_000_000 }).workload).toBeNull();
  });

  test('is not offered if the advised setting stays the same or was safe before', () => {
    // PreferSameZone is advised with three Pods in two zones, so a Pod in the third only makes it better.
    const advice = adviceIn({ nodes: ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'], pods: ['a1', 'a2', 'b1'] });
    expect(advice).toMatchObject({ kind: 'change', setting: SAME_ZONE, workload: null });
  });

  test('is not offered if an anti-affinity keeps the Pods of a zone with one node apart', () => {
    const cluster = { nodes: UNEVEN, pods: UNEVEN, more: ['b9', 'c9'].map(clientNode) };
    expect(adviceIn({ ...cluster, podSpec: antiAffinity('kubernetes.io/hostname') }).workload).toBeNull();
    expect(adviceIn(cluster).workload).not.toBeNull();
  });

  test.each([
    ['about other Pods', antiAffinity('kubernetes.io/hostname', { labelSelector: { matchLabels: { app: 'db' } } })],
    ['of another scheduler', { schedulerName: 'own' }],
    ['that counts other Pods', constraint({ labelSelector: { matchLabels: { app: 'db' } } })],
    ['that asks for more zones', constraint({ maxSkew: 2, minDomains: 5 })],
  ])('is not offered with a requirement %s', (_, podSpec) => {
    expect(adviceIn({ pods: UNEVEN, podSpec }).workload).toBeNull();
  });

  test.each([
    ['allows a larger difference', constraint({ maxSkew: 5 })],
    ['is a preference', constraint({ whenUnsatisfiable: 'ScheduleAnyway' })],
  ])('replaces a constraint that %s', (_, podSpec) => {
    const { workload } = adviceIn({ pods: UNEVEN, podSpec });
    if (!workload) throw new Error('no change is offered');
    const patch = JSON.stringify(workloadPatches(workload));
    expect(patch).toContain(`"topologyKey":"${ZONE}","maxSkew":1,"whenUnsatisfiable":"DoNotSchedule"`);
  });

  test('counts the Pod that is left over where it helps least', () => {
    // With four Pods, zone a may get one, and its clients send three fifths of the traffic.
    const { workload } = adviceIn({ nodes: ['a1', 'a2', 'a3', 'b1', 'c1'], pods: ['a1', 'b1', 'b1', 'b1'] });
    expect(workload).toBeNull();
  });

  test('is not offered if the ports have different Pods', () => {
    expect(adviceIn({ pods: UNEVEN, otherPorts: { admin: ['a1'] } }).workload).toBeNull();
  });

  test('does not lead to topology-mode Auto, which is deprecated', () => {
    const advice = adviceIn({
      pods: NODES,
      annotations: { 'service.kubernetes.io/topology-mode': 'Auto' },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
    });
    expect(advice).toMatchObject({ kind: 'none', workload: { setting: SAME_ZONE, oneAtATime: true } });
  });
});

/** A node that sends much traffic and takes no Pod. */
function clientNode(name: string): object {
  const labels = { [ZONE]: `zone-${name[0]}`, 'kubernetes.io/hostname': name };
  const spec = { taints: [{ key: 'other', effect: 'NoSchedule' }] };
  const status = { allocatable: { cpu: '16' }, conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec, status };
}
