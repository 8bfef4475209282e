import { beforeAll, describe, expect, test } from 'vitest';
import { expectShown } from './documented.ts';
import { NODES, type WorkloadsEnvironment } from './environment.ts';
import { ALL_REJECTED, LOCAL, NEAR, TO_ALL_ZONES } from './manifests.ts';

export function nodeCases(lab: () => WorkloadsEnvironment): void {
  describe('a change of a Node', () => {
    beforeAll(async () => {
      await lab().clear();
      await lab().deploy({ kind: 'Deployment', name: 'near', nodes: ['a1', 'b2'], service: NEAR });
      await lab().deploy({ kind: 'Deployment', name: 'solo', nodes: ['b1'], service: {} });
      await lab().deploy({ kind: 'DaemonSet', name: 'agent', nodes: NODES, service: LOCAL });
    });

    test('kubectl drain: an eviction that a PodDisruptionBudget rejects is warned of too', async () => {
      const budgets = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
      const spec = { minAvailable: 1, selector: { matchLabels: { app: 'solo' } } };
      await lab().plane.api.post(budgets, { metadata: { name: 'solo' }, spec });
      const drained = await lab().kubectl(['drain', 'b1', '--ignore-daemonsets', '--timeout=1s']);
      await lab().plane.api.remove(`${budgets}/solo`);
      await lab().kubectl(['uncordon', 'b1']);
      expect(drained).toMatchObject({ code: 1, rules: ['last-endpoint-lost', 'last-endpoint-lost'] });
      expect(drained.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget");
    });

    test('kubectl drain: what is lost until a new Pod is ready, by the cordon and by each eviction', async () => {
      await expectShown(lab(), 'kubectl drain b1 --ignore-daemonsets', {
        lines: [
          `Warning: shop/solo: until its Pods are ready elsewhere, a drain of node/b1 without a PodDisruptionBudget ${ALL_REJECTED}`,
          'Warning: ignoring DaemonSet-managed Pods: shop/agent-x2k9p',
          `Warning: shop/solo: until a new Pod is ready, evicting pod/solo-7d4b9c6f5d-x2k9p ${ALL_REJECTED}`,
          'node/b1 cordoned',
          'evicting pod shop/solo-7d4b9c6f5d-x2k9p',
          'pod/solo-7d4b9c6f5d-x2k9p evicted',
          'node/b1 drained',
        ],
      });
    });

    test('kubectl cordon: the zone, if no other node of it takes Pods', async () => {
      await expectShown(lab(), 'kubectl cordon b2', {
        lines: [
          `Warning: shop/near: a drain of node/b2 leaves 1 of 2 zones without an endpoint (zone-b): ${TO_ALL_ZONES}`,
          'node/b2 cordoned',
        ],
      });
    });

    test('zonewise is called only when the Node becomes unschedulable', async () => {
      const before = await lab().reviews('b2');
      for (const args of [
        'cordon b2',
        'label node b2 team=a',
        'uncordon b2',
        'uncordon b1',
        'taint node b2 a=b:NoSchedule',
      ])
        expect(await lab().kubectl(args.split(' '))).toMatchObject({ code: 0, stderr: '' });
      expect(await lab().reviews('b2')).toBe(before);
    });
  });
}
