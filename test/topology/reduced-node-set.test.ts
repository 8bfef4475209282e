import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeSet } from '../../src/topology/node-set.ts';
import { NodeSet as Nodes } from '../../src/topology/node-set.ts';
import { ReducedNodeSet } from '../../src/topology/reduced-node-set.ts';
import { NAMES, nodes } from './random-cluster.ts';

/** The values that callers read of a set, without the identity of its groups. */
function contentOf(set: NodeSet, named: ReadonlySet<string>) {
  const { places, rest } = set.partition([named]);
  return {
    names: set.nodes.map(({ name }) => name),
    size: set.size,
    zones: set.zones,
    weight: set.weight,
    groups: set.groups.map(group => {
      const { dataPlane, zone, kubeletMinor, size, weight } = group;
      const first = group.firstOutside([named])?.name;
      return { dataPlane, zone, kubeletMinor, size, weight, first, nodes: group.nodes.map(({ name }) => name) };
    }),
    nodeOf: NAMES.map(name => set.get(name)?.name),
    entries: NAMES.map(name => set.entry(name)?.group.nodes.map(node => node.name)),
    places: places.map(({ node }) => node.name),
    rest: rest.map(({ representative, nodes: count, weight }) => ({ name: representative.name, count, weight })),
  };
}

test('a reduced set equals a new set of the nodes that are left', () => {
  fc.assert(
    fc.property(nodes, fc.subarray(NAMES), fc.subarray(NAMES), (all, without, named) => {
      const names = new Set(named);
      const reduced = new ReducedNodeSet(new Nodes(all), new Set(without));
      const fresh = new Nodes(all.filter(({ name }) => !without.includes(name)));
      const sorted = (content: ReturnType<typeof contentOf>) => ({
        ...content,
        groups: content.groups.toSorted((a, b) => ((a.nodes[0] ?? '') < (b.nodes[0] ?? '') ? -1 : 1)),
        rest: content.rest.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      });
      expect(sorted(contentOf(reduced, names))).toEqual(sorted(contentOf(fresh, names)));
    }),
  );
});
