import { describe, expect, test } from 'vitest';
import type { Lab, Seen } from '../environment.ts';
import { eventually } from '../waiting.ts';

const LOCAL = 'local-policy-uncovered-nodes';
const moving = { namespace: 'shop', name: 'moving' };

const MOVING = `
metadata: { name: moving, namespace: shop }
spec: { selector: { app: mover }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`;

const ZONED = `
metadata: { name: zoned, namespace: shop }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`;

export function liveCases(lab: () => Lab): void {
  /** Repeats an UPDATE until the response is as expected. Each try is a dry run, so the Service never changes. */
  const tried = (what: string, service: string, enough: (seen: Seen) => boolean): Promise<Seen> => {
    const changed = service.replace('port: 80', 'port: 81');
    return eventually(what, () => lab().apply(changed, '--dry-run=server'), { enough, timeoutMs: 20_000 });
  };
  const names = (seen: Seen, node: string): boolean => new RegExp(`\\b${node}\\b`).test(seen.warnings.join());

  describe('warnings follow the cluster', () => {
    test('name the node that a pod left and no longer the node it moved to', async () => {
      const { cluster, apply } = lab();
      for (const node of ['a1', 'a2', 'b1', 'b2']) {
        await cluster.addPod({ namespace: 'shop', name: `mover-${node}`, app: 'mover', node });
      }
      const before = await apply(MOVING);
      expect(before.rules).toEqual([LOCAL]);
      expect([names(before, 'c1'), names(before, 'b2')]).toEqual([true, false]);
      await cluster.endpointsOn(moving, ['a1', 'a2', 'b1', 'b2']);

      await cluster.removePod('shop', 'mover-b2');
      await cluster.addPod({ namespace: 'shop', name: 'mover-c1', app: 'mover', node: 'c1' });
      await cluster.endpointsOn(moving, ['a1', 'a2', 'b1', 'c1']);
      const after = await tried('b2 instead of c1', MOVING, seen => names(seen, 'b2') && !names(seen, 'c1'));
      expect(after.rules).toEqual([LOCAL]);
    });

    test('use the pods of a new selector, not the slices of the old one', async () => {
      const choose = (app: string): Promise<Seen> => {
        const patch = JSON.stringify({ spec: { selector: { app } } });
        return lab().kubectl(['patch', 'service', '-n', 'shop', 'moving', '-p', patch, '--dry-run=server']);
      };
      expect(await choose('agent')).toMatchObject({ code: 0, rules: [] });
      const web = await choose('web');
      expect([web.rules, names(web, 'b2'), names(web, 'c1'), names(web, 'a1')]).toEqual([[LOCAL], true, true, false]);
    });

    test('treat a pod that is not ready yet as a rollout', async () => {
      const { cluster } = lab();
      await cluster.addPod({ namespace: 'shop', name: 'mover-b2', app: 'mover', node: 'b2' });
      await cluster.endpointsOn(moving, ['a1', 'a2', 'b1', 'b2', 'c1']);
      await tried('silence', MOVING, seen => seen.code === 0 && seen.rules.length === 0);
      await cluster.setPodReady('shop', 'mover-b2', false);
      await cluster.removePod('shop', 'mover-a1');
      await cluster.endpointsOn(moving, ['a2', 'b1', 'c1']);
      // Both changes are in one slice, so a webhook that knows the missing pod knows the unready one too.
      const seen = await tried('a1 named', MOVING, answer => names(answer, 'a1'));
      expect([seen.rules, names(seen, 'b2')]).toEqual([[LOCAL], false]);
      await cluster.addPod({ namespace: 'shop', name: 'mover-a1', app: 'mover', node: 'a1' });
      await tried('silence', MOVING, answer => answer.code === 0 && answer.rules.length === 0);
    });

    test('ignore a node that is not ready and name a new node without a pod', async () => {
      const { cluster } = lab();
      await cluster.addNode({ name: 'c2', zone: 'zone-c' });
      await tried('c2 named', MOVING, seen => seen.rules.includes(LOCAL) && names(seen, 'c2'));
      await cluster.setNodeReady('c2', false);
      await tried('silence', MOVING, seen => seen.code === 0 && !seen.rules.includes(LOCAL));
      await cluster.setNodeReady('c2', true);
      await tried('c2 named again', MOVING, seen => seen.rules.includes(LOCAL) && names(seen, 'c2'));
      await cluster.removeNode('c2');
      await tried('silence', MOVING, seen => seen.code === 0 && !seen.rules.includes(LOCAL));
    });

    test('report disabled zone routing while a node has no zone label', async () => {
      const { cluster, apply } = lab();
      expect(await apply(ZONED)).toMatchObject({ code: 0, rules: [] });
      await cluster.endpointsOn({ namespace: 'shop', name: 'zoned' }, ['a1', 'b1', 'c1']);
      await cluster.setZone('c1', null);
      const lost = await tried('zone-hints-blocked', ZONED, seen => seen.rules.includes('zone-hints-blocked'));
      expect([lost.rules, names(lost, 'c1')]).toEqual([['zone-hints-blocked'], true]);
      // The controller does not update the slices of such a Service for a node: the zone comes from the Nodes.
      const slices = await cluster.endpoints('shop', 'zoned');
      expect(slices.map(endpoint => endpoint.zone).toSorted()).toEqual(['zone-a', 'zone-b', 'zone-c']);
      await cluster.setZone('c1', 'zone-c');
      await tried('silence', ZONED, seen => seen.code === 0 && seen.rules.length === 0);
    });
  });
}
