import { describe, expect, test } from 'vitest';
import { auditorProcess, createAuditor } from '../../e2e/auditor.ts';
import { eventually } from '../../e2e/waiting.ts';
import { type AttackedCluster, MEMORY_LIMIT_MIB, NODE_FLAGS, peakRssMib } from '../environment.ts';

const UNCOVERED = 'local-policy-uncovered-nodes';

/** A Service that the topology rule denies: its one Pod does not cover the other nodes. */
function localService(name: string, ports: number): object {
  return {
    metadata: { name, namespace: 'tenant' },
    spec: {
      selector: { app: 'web' },
      internalTrafficPolicy: 'Local',
      ports: Array.from({ length: ports }, (_, i) => ({ name: `p${i}`, port: i + 1, targetPort: 10_000 + i })),
    },
  };
}

export function costAttacks(attacked: () => AttackedCluster): void {
  const services = '/api/v1/namespaces/tenant/services';

  describe('many ports', () => {
    test.each([1, 4_000, 10_000])('%i are denied within the timeout of the webhook', async ports => {
      const { plane } = attacked();
      // The first is the control. With `failurePolicy: Ignore` a late answer would not deny.
      await expect(plane.api.post(`${services}?dryRun=All`, localService('many', ports))).rejects.toThrow(UNCOVERED);
    });

    test('leave the webhook within the memory limit of its container', async () => {
      const { plane, webhook } = attacked();
      const sent = Array.from({ length: 9 }, (_, i) =>
        plane.api.post(`${services}?dryRun=All`, localService(`variant-${i}`, 4_000 + i)).catch(() => {}),
      );
      await Promise.all(sent);
      expect(peakRssMib(webhook.pid() ?? 0)).toBeLessThan(MEMORY_LIMIT_MIB);
    });

    test('in three stored Services leave the controller within the memory limit of its container', async () => {
      const { plane, webhook } = attacked();
      const auditor = await auditorProcess(plane, 'attacked', await createAuditor(plane), { nodeFlags: NODE_FLAGS });
      // A user stores them while the rule does not deny yet.
      await webhook.stop();
      for (const i of [1, 2, 3]) await plane.api.post(services, localService(`stored-${i}`, 3_000 + 250 * i));
      await webhook.start();
      await auditor.start();
      try {
        await eventually('all findings', () => auditor.findings(`?rule=${UNCOVERED}`), {
          enough: answer => answer?.items.length === 3,
          timeoutMs: 90_000,
        });
        expect(peakRssMib(auditor.pid() ?? 0)).toBeLessThan(MEMORY_LIMIT_MIB);
      } finally {
        await auditor.stop();
        for (const i of [1, 2, 3]) await plane.api.remove(`${services}/stored-${i}`);
      }
    });
  });
}
