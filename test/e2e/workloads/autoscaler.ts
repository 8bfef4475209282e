import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../waiting.ts';
import { DENYING } from './denials.ts';
import { argsOf, expectShown } from './documented.ts';
import type { WorkloadsEnvironment } from './environment.ts';
import { DENIED, NEAR, TO_ALL_ZONES, type WorkloadSpec } from './manifests.ts';
import { type MetricsApi, startMetricsApi } from './metrics-api.ts';
import { ENABLED } from './switches.ts';

const IDLE: WorkloadSpec = { kind: 'Deployment', name: 'idle', nodes: ['a1', 'b1', 'b2'], service: NEAR };
const RULE = 'zone-without-endpoints';

/** The real HorizontalPodAutoscaler controller, as its ServiceAccount, which scales idle Pods down. */
export function autoscalerCases(lab: () => WorkloadsEnvironment): void {
  const autoscale = (name: string, namespace = 'shop') =>
    lab().plane.api.post(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, {
      metadata: { name },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      },
    });
  const replicas = async (name: string): Promise<string> =>
    (await lab().kubectl(['get', 'deployment', '-n', 'shop', name, '-o', 'jsonpath={.spec.replicas}'])).stdout;
  const reviewsOfScaleDown = async (): Promise<number> => {
    await lab().deploy(IDLE);
    const before = await lab().reviews('idle');
    await autoscale('idle');
    await eventually('one replica', () => replicas('idle'), { enough: text => text === '1', timeoutMs: 90_000 });
    return (await lab().reviews('idle')) - before;
  };
  const managerLog = () => readFile(join(lab().plane.folder, 'kube-controller-manager.log'), 'utf8');

  describe('an autoscaler', () => {
    let metrics: MetricsApi | undefined;
    beforeAll(async () => {
      metrics = await startMetricsApi(lab().plane);
    });
    afterAll(() => metrics?.stop());
    beforeEach(() => lab().clear());

    test('scales down without a call of zonewise by default: a person sees nothing', async () => {
      expect(await reviewsOfScaleDown()).toBe(0);
      expect(await managerLog()).not.toContain(RULE);
    });

    test('is reviewed with webhooks.workloads.controllers: the finding is in the log of zonewise only', async () => {
      await lab().register({ ...ENABLED, webhooks: { workloads: { controllers: true } } });
      expect(await reviewsOfScaleDown()).toBe(1);
      expect(await readFile(join(lab().plane.folder, 'zonewise.log'), 'utf8')).toMatch(
        /"operation":"UPDATE","resource":"deployments\/scale","namespace":"shop","name":"idle",.*"rules":\["zone-without-endpoints"\]/,
      );
      expect(await managerLog()).not.toContain(RULE);
    });

    test('is denied with workloads.deny: its Events tell why', async () => {
      await lab().configure({ enabled: true, deny: true });
      await lab().register(DENYING);
      await lab().deploy({ ...IDLE, namespace: 'strict' });
      await autoscale('idle', 'strict');
      const command =
        "kubectl -n strict get events --field-selector=reason=FailedRescale -o=jsonpath='{.items[0].message}'";
      await eventually('the Event', () => lab().kubectl(argsOf(command)), {
        enough: ({ stdout }) => stdout !== '',
      });
      await expectShown(lab(), command, {
        lines: [
          `New size: 1; reason: All metrics below target; error: ${DENIED} strict/idle: scaling deployment/idle to 1 leaves 1 of 2 zones without an endpoint: ${TO_ALL_ZONES}; to lift this: Spread the Pods over zones: topologySpreadConstraints on topology.kubernetes.io/zone, and at least one Pod per zone.`,
        ],
      });
    });
  });
}
