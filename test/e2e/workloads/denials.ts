import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../waiting.ts';
import { argsOf, expectShown } from './documented.ts';
import type { WorkloadsEnvironment } from './environment.ts';
import { ALL_REJECTED, DENIED, REJECTED_AND_DENIED, type WorkloadSpec } from './manifests.ts';
import { ENABLED } from './switches.ts';

const PAY: WorkloadSpec = { kind: 'Deployment', name: 'pay', namespace: 'strict', nodes: ['a2'], service: {} };
const SCALE = 'kubectl -n strict scale deployment/pay --replicas=0';
export const DENYING = { config: { workloads: { enabled: true, deny: true } } };

/** In the namespace strict, the rules have level deny. */
export function denialCases(lab: () => WorkloadsEnvironment): void {
  const tried = () => lab().kubectl([...argsOf(SCALE), '--dry-run=server']);

  describe('a rule at level deny', () => {
    beforeAll(async () => {
      await lab().clear();
      await lab().deploy(PAY);
    });

    afterAll(async () => {
      await lab().configure({ enabled: true });
      await lab().register(ENABLED);
      await lab().kubectl(['uncordon', 'a2']);
      await lab().clear('strict');
    });

    test('warns by default', async () => {
      const stderr = `Warning: strict/pay: scaling deployment/pay to 0 ${ALL_REJECTED}\n`;
      expect(await tried()).toMatchObject({ code: 0, stderr });
    });

    test('denies with workloads.deny: kubectl scale and kubectl delete', async () => {
      await lab().configure({ enabled: true, deny: true });
      await lab().register(DENYING);
      await eventually('the new configuration', tried, { enough: ({ code }) => code !== 0 });
      await expectShown(lab(), SCALE, {
        code: 1,
        lines: [
          `Error from server (Forbidden): ${DENIED} strict/pay: scaling deployment/pay to 0 ${REJECTED_AND_DENIED}`,
        ],
      });
      expect(await lab().kubectl(['-n', 'strict', 'delete', 'deployment/pay'])).toMatchObject({
        code: 1,
        stderr: `Error from server (Forbidden): ${DENIED} strict/pay: deleting deployment/pay ${REJECTED_AND_DENIED}\n`,
      });
    });

    test('denies with workloads.deny: the evictions of a drain, and never its cordon', async () => {
      const drained = await lab().kubectl(['drain', 'a2', '--ignore-daemonsets']);
      expect(drained).toMatchObject({ code: 1, stdout: expect.stringMatching(/^node\/a2 cordoned$/m) });
      const name = /pod\/(pay-\S+)/.exec(drained.stderr)?.[1];
      expect(drained.stderr).toContain(
        `error when evicting pods/"${name}" -n "strict": ${DENIED} strict/pay: until a new Pod is ready, evicting pod/${name} ${REJECTED_AND_DENIED}`,
      );
      expect(await lab().kubectl(['get', 'pod', '-n', 'strict', `${name}`])).toMatchObject({ code: 0 });
    });
  });
}
