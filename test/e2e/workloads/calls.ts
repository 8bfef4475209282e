import { expect, test } from 'vitest';
import type { WorkloadsEnvironment } from './environment.ts';
import { type WorkloadSpec, workloadManifest } from './manifests.ts';

/** Which updates of the Deployment `cart` the chart's matchConditions let through to zonewise. */
export function callCases(lab: () => WorkloadsEnvironment, deployment: WorkloadSpec): void {
  const tryToApply = (workload: WorkloadSpec) =>
    lab().run('cart', ['apply', '-f', '-', '--dry-run=server'], workloadManifest(workload));

  test.each<readonly [what: string, change: Partial<WorkloadSpec>]>([
    ['tolerations', { podSpec: { tolerations: [{ key: 'gpu', operator: 'Exists' }] } }],
    ['an affinity', { podSpec: { affinity: { podAntiAffinity: {} } } }],
    ['one more port', { container: { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] } }],
    [
      'a sidecar with a port',
      {
        podSpec: {
          initContainers: [
            { name: 'proxy', image: 'none', restartPolicy: 'Always', ports: [{ name: 'x', containerPort: 1 }] },
          ],
        },
      },
    ],
  ])('kubectl apply: zonewise is called for %s, and has nothing to warn of', async (_what, change) => {
    expect(await tryToApply({ ...deployment, ...change })).toEqual({ code: 0, stderr: '', reviews: 1 });
  });

  test.each<readonly [what: string, change: Partial<WorkloadSpec>]>([
    ['an image', { container: { image: 'other' } }],
    ['resources', { container: { resources: { requests: { cpu: '200m' } } } }],
    ['more replicas', { spec: { replicas: 5 } }],
    ['minReadySeconds', { spec: { minReadySeconds: 5 } }],
    ['an environment variable', { container: { env: [{ name: 'A', value: 'b' }] } }],
    ['a grace period', { podSpec: { terminationGracePeriodSeconds: 5 } }],
  ])('kubectl apply: zonewise is not called for %s', async (_what, change) => {
    expect(await tryToApply({ ...deployment, ...change })).toEqual({ code: 0, stderr: '', reviews: 0 });
  });

  test('kubectl label and annotate: zonewise is not called', async () => {
    expect(await lab().run('cart', ['label', 'deployment/cart', 'team=a'])).toEqual({
      code: 0,
      stderr: '',
      reviews: 0,
    });
    expect(await lab().run('cart', ['annotate', 'deployment/cart', 'a=b'])).toEqual({
      code: 0,
      stderr: '',
      reviews: 0,
    });
  });
}
