import { beforeAll, describe, expect, test } from 'vitest';
import { callCases } from './calls.ts';
import { expectShown } from './documented.ts';
import { NODES, type WorkloadsEnvironment } from './environment.ts';
import {
  ALL_REJECTED,
  LOCAL,
  NEAR,
  NO_ENDPOINT_THERE,
  TO_ALL_ZONES,
  type WorkloadSpec,
  workloadManifest,
} from './manifests.ts';

const WEB: WorkloadSpec = { kind: 'Deployment', name: 'web', nodes: ['a1', 'a2', 'b1'], service: NEAR };
const CART: WorkloadSpec = { kind: 'Deployment', name: 'cart', nodes: ['a1', 'b1'], service: NEAR };
const DB: WorkloadSpec = { kind: 'StatefulSet', name: 'db', nodes: NODES, service: LOCAL };
const AGENT: WorkloadSpec = { kind: 'DaemonSet', name: 'agent', nodes: NODES, service: LOCAL };

export function changeCases(lab: () => WorkloadsEnvironment): void {
  describe('a change of a workload', () => {
    beforeAll(async () => {
      for (const workload of [WEB, CART, DB, AGENT]) await lab().deploy(workload);
    });

    callCases(lab, CART);

    test('kubectl rollout restart: nothing, as its Pods may come up on the same nodes', async () => {
      const before = await lab().reviews('cart');
      await expectShown(lab(), 'kubectl -n shop rollout restart deployment/cart', {
        lines: ['deployment.apps/cart restarted'],
      });
      const status = ['-n', 'shop', 'rollout', 'status', 'deployment/cart'];
      expect(await lab().kubectl(status)).toMatchObject({ code: 0, stderr: '' });
      await lab().cluster.endpointsOn({ namespace: 'shop', name: 'cart' }, CART.nodes);
      expect(await lab().reviews('cart')).toBe(before);
    });

    test('kubectl scale: nothing while the Pods that stay may be in every zone, and no call for more Pods', async () => {
      const scale = (replicas: number) =>
        lab().run('web', ['scale', 'deployment/web', `--replicas=${replicas}`, '--dry-run=server']);
      expect(await scale(2)).toEqual({ code: 0, stderr: '', reviews: 1 });
      expect(await scale(9)).toEqual({ code: 0, stderr: '', reviews: 0 });
      expect(await scale(3)).toEqual({ code: 0, stderr: '', reviews: 0 });
    });

    test('kubectl scale: what is lost whichever Pods go, in a dry run too', async () => {
      await expectShown(lab(), 'kubectl -n shop scale deployment/web --replicas=0 --dry-run=server', {
        lines: [
          `Warning: shop/web: scaling deployment/web to 0 ${ALL_REJECTED}`,
          'deployment.apps/web scaled (server dry run)',
        ],
      });
      await expectShown(lab(), 'kubectl -n shop scale deployment/web --replicas=1', {
        lines: [
          `Warning: shop/web: scaling deployment/web to 1 leaves 1 of 2 zones without an endpoint: ${TO_ALL_ZONES}`,
          'deployment.apps/web scaled',
        ],
      });
    });

    test('kubectl scale of a StatefulSet: the nodes of the Pods that go', async () => {
      await expectShown(lab(), 'kubectl -n shop scale statefulset/db --replicas=3', {
        lines: [
          `Warning: shop/db: scaling statefulset/db to 3 makes 1 of 4 nodes lose traffic (b2): ${NO_ENDPOINT_THERE}`,
          'statefulset.apps/db scaled',
        ],
      });
    });

    test('kubectl patch of a DaemonSet: nodes that the new placement excludes', async () => {
      const patch = '{"spec":{"template":{"spec":{"nodeSelector":{"topology.kubernetes.io/zone":"zone-a"}}}}}';
      await expectShown(lab(), `kubectl -n shop patch daemonset/agent -p '${patch}'`, {
        lines: [
          `Warning: shop/agent: the new placement of daemonset/agent makes 2 of 4 nodes lose traffic (b1, b2): ${NO_ENDPOINT_THERE}`,
          'daemonset.apps/agent patched',
        ],
      });
    });

    test('kubectl apply: zones that the new placement excludes', async () => {
      const podSpec = { nodeSelector: { 'topology.kubernetes.io/zone': 'zone-a' } };
      await expectShown(lab(), 'kubectl apply -f cart.yaml --dry-run=server', {
        file: workloadManifest({ ...CART, podSpec }),
        lines: [
          `Warning: shop/cart: the new placement of deployment/cart leaves 1 of 2 zones without an endpoint (zone-b): ${TO_ALL_ZONES}`,
          'deployment.apps/cart configured (server dry run)',
        ],
      });
    });

    test.each<{ readonly what: string; readonly change: Partial<WorkloadSpec>; readonly warning: string }>([
      {
        what: 'labels that the Service does not select',
        change: { podLabels: { track: 'canary' } },
        warning: `once its rollout is complete, changing the labels of deployment/cart ${ALL_REJECTED}`,
      },
      {
        what: 'a target port with another name',
        change: { container: { ports: [{ name: 'web', containerPort: 8080 }] } },
        warning: `once its rollout is complete, changing the ports of deployment/cart ${ALL_REJECTED}`,
      },
      {
        what: 'a strategy that takes all Pods at the same time',
        change: { spec: { strategy: { type: 'Recreate' } } },
        warning: `each rollout of deployment/cart with its new strategy ${ALL_REJECTED}`,
      },
      {
        what: 'fewer replicas',
        change: { spec: { replicas: 0 } },
        warning: `scaling deployment/cart to 0 ${ALL_REJECTED}`,
      },
    ])('kubectl apply: $what', async ({ change, warning }) => {
      const applied = workloadManifest({ ...CART, ...change });
      expect(await lab().run('cart', ['apply', '-f', '-', '--dry-run=server'], applied)).toEqual({
        code: 0,
        stderr: `Warning: shop/cart: ${warning}\n`,
        reviews: 1,
      });
    });

    test('kubectl delete: the last endpoint, and nothing if the Pods stay', async () => {
      const orphan = ['delete', 'deployment/cart', '--cascade=orphan', '--dry-run=server'];
      expect(await lab().run('cart', orphan)).toMatchObject({ code: 0, stderr: '' });
      await expectShown(lab(), 'kubectl -n shop delete deployment/cart', {
        lines: [
          `Warning: shop/cart: deleting deployment/cart ${ALL_REJECTED}`,
          'deployment.apps "cart" deleted from shop namespace',
        ],
      });
    });
  });
}
