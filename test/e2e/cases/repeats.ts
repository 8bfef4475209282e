import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';
import { eventually } from '../waiting.ts';

const again = { namespace: 'shop', name: 'again' };

// Two endpoints over three zones: too few for hints.
const SERVICE = `
metadata: { name: again, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { selector: { app: again }, ports: [{ port: 80 }] }`;

const SAFEGUARD = 'topology-mode-safeguard';

/** What a GitOps controller does all day. */
export function repeatStories(lab: () => Lab): void {
  describe('the same object sent as a dry run again and again', () => {
    test('is answered as before, and anew when an endpoint has come', async () => {
      const { cluster, apply, webhook } = lab();
      for (const node of ['a1', 'b1']) {
        await cluster.addPod({ ...again, name: `again-${node}`, app: 'again', node });
      }
      await apply(SERVICE, '--server-side');
      await cluster.endpointsOn(again, ['a1', 'b1']);
      const compare = () => apply(SERVICE, '--server-side', '--dry-run=server');
      const first = await eventually('the slices known', compare, { enough: ({ rules }) => rules.includes(SAFEGUARD) });
      for (let i = 0; i < 2; i++) await compare();
      const repeated = await webhook.repeated();
      const last = await compare();
      expect([last.code, last.warnings]).toEqual([0, first.warnings]);
      expect(await webhook.repeated()).toBeGreaterThan(repeated);

      await cluster.addPod({ ...again, name: 'again-c1', app: 'again', node: 'c1' });
      await cluster.endpointsOn(again, ['a1', 'b1', 'c1']);
      await eventually('silence', compare, { enough: ({ rules }) => !rules.includes(SAFEGUARD) });
    });
  });
}
