import { beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../e2e/api-client.ts';
import { eventually } from '../../e2e/waiting.ts';
import type { Answer, AttackedCluster } from '../environment.ts';

const RULE = '[local-policy-uncovered-nodes]';
const SERVICES = '/api/v1/namespaces/tenant/services';
const PODS = '/api/v1/namespaces/tenant/pods';
const FINALIZER = 'example.com/hold';

/** The only Pod of `web` runs on a1, so b1 and c1 have no endpoint. */
function localService(name: string, over: { metadata?: object; selector?: object; policy?: string } = {}): object {
  const { metadata, selector = { app: 'web' }, policy = 'Local' } = over;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'tenant', ...metadata },
    spec: { selector, ports: [{ port: 80 }], internalTrafficPolicy: policy },
  };
}

function decoy(name: string, over: { metadata?: object; spec?: object }): object {
  return {
    metadata: { name, labels: { app: 'web' }, ...over.metadata },
    spec: { containers: [{ name: 'main', image: 'none' }], automountServiceAccountToken: false, ...over.spec },
  };
}

async function answerOf(call: Promise<unknown>): Promise<Answer> {
  try {
    await call;
    return 'ALLOWED';
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && error.message.includes(RULE)) return 'DENIED';
    throw error;
  }
}

/** Ways to get a Service past a topology rule at level deny, as a user who may edit Services and Pods of one namespace. */
export function denialAttacks(attacked: () => AttackedCluster): void {
  describe('a topology rule at level deny', () => {
    const create = (service: object, query = '') => answerOf(attacked().plane.api.post(`${SERVICES}${query}`, service));
    const knownPods = () => attacked().webhook.metric('zonewise_topology_objects{resource="pods"}');
    const addDecoy = async (pod: object) => {
      const before = await knownPods();
      await attacked().plane.api.post(PODS, pod);
      await eventually('the webhook to know the decoy', knownPods, { enough: count => count > before });
    };

    beforeAll(async () => {
      await eventually('the webhook to know the Pods', knownPods, { enough: count => count > 0 });
    });

    // The control of all cases.
    test('denies the Service', async () => {
      expect(await create(localService('plain'))).toBe('DENIED');
      expect(await create(localService('plain', { policy: 'Cluster' }))).toBe('ALLOWED');
    });

    test('heeds no annotation that selects no client node', async () => {
      const annotations = { 'zonewise.dev/client-nodes': 'pool=none' };
      expect(await create(localService('selective', { metadata: { annotations } }))).toBe('DENIED');
    });

    test('heeds no exemption', async () => {
      const annotations = { 'zonewise.dev/ignore': '*', 'zonewise.dev/ignore-reason': 'none' };
      expect(await create(localService('exempt', { metadata: { annotations } }))).toBe('DENIED');
    });

    test('is not exhausted by dry runs with other selectors', async () => {
      const attempts = Array.from({ length: 50 }, (_, i) =>
        create(localService('dry', { selector: { app: 'web', attempt: `${i}` } }), '?dryRun=All'),
      );
      await Promise.all(attempts);
      expect(await create(localService('after-dry-runs'))).toBe('DENIED');
    });

    test('is not delayed by a Pod that no node can run', async () => {
      await addDecoy(decoy('unschedulable', { spec: { nodeSelector: { pool: 'none' } } }));
      expect(await create(localService('after-pending'))).toBe('DENIED');
    });

    test('is not delayed by a deleted Pod that a finalizer holds', async () => {
      const { api } = attacked().plane;
      const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'none', uid: 'none', controller: true };
      await addDecoy(
        decoy('held', { metadata: { finalizers: [FINALIZER], ownerReferences: [owner] }, spec: { nodeName: 'b1' } }),
      );
      await api.remove(`${PODS}/held`);
      const created = () => create(localService('after-held'), '?dryRun=All');
      // Until the webhook knows of the deletion, the Pod is a young one of a DaemonSet.
      expect(
        await eventually('the denial', created, { enough: answer => answer === 'DENIED', timeoutMs: 20_000 }),
      ).toBe('DENIED');
    });

    test('applies to a Service being deleted', async () => {
      const { api } = attacked().plane;
      const leaving = localService('leaving', { policy: 'Cluster', metadata: { finalizers: [FINALIZER] } });
      expect(await create(leaving)).toBe('ALLOWED');
      await api.remove(`${SERVICES}/leaving`);
      const patched = (patch: object) => answerOf(api.patch(`${SERVICES}/leaving`, patch));
      expect(await patched({ spec: { internalTrafficPolicy: 'Local' } })).toBe('DENIED');
      expect(await patched({ metadata: { finalizers: null } })).toBe('ALLOWED');
    });
  });
}
