import { expect, test } from 'vitest';
import { readWorkloads } from '../../../src/cluster/live/workloads.ts';

const PATHS: Readonly<Record<string, readonly unknown[]>> = {
  '/apis/apps/v1/deployments': [
    {
      metadata: { namespace: 'shop', name: 'web' },
      spec: { replicas: 4, template: { metadata: { labels: { app: 'web' } } } },
    },
  ],
  '/apis/apps/v1/daemonsets': [{ metadata: { namespace: 'logs', name: 'agent' }, spec: {} }],
  '/apis/autoscaling/v2/horizontalpodautoscalers': [
    {
      metadata: { namespace: 'shop', name: 'scaler' },
      spec: {
        minReplicas: 2,
        maxReplicas: 9,
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
      },
    },
  ],
};

async function* list(path: string): AsyncGenerator<unknown> {
  yield* PATHS[path] ?? [];
}

test('reads workloads by namespace, with the kind that list items lack and their autoscaler', async () => {
  const workloads = await readWorkloads(list);
  expect(workloads.get('shop')).toMatchObject([
    {
      kind: 'Deployment',
      name: 'web',
      replicas: 4,
      podLabels: { app: 'web' },
      autoscaler: { name: 'scaler', minReplicas: 2, maxReplicas: 9, cpuUtilization: 0.6 },
    },
  ]);
  expect(workloads.get('logs')).toMatchObject([{ kind: 'DaemonSet', name: 'agent', autoscaler: null }]);
});

test('reads no workload if the autoscalers cannot be read, as their minimum would be missing', async () => {
  const forbidden = (path: string) => {
    if (path.includes('autoscalers')) throw new Error('forbidden');
    return list(path);
  };
  await expect(readWorkloads(forbidden)).rejects.toThrow('forbidden');
});
