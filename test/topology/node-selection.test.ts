import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import type { NodeSelection } from '../../src/topology/node-selection.ts';
import { includesAllNames, selectNodes } from '../../src/topology/node-selection.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import type { PortRouting } from '../../src/topology/port-routing.ts';
import { internalSharesByZone, internalTrafficShares } from '../../src/topology/traffic-shares.ts';
import { FACTS, routings, web } from '../support/builders.ts';
import { NAMES, nodes, slices } from './random-cluster.ts';

const policies = fc.constantFrom('', 'internalTrafficPolicy: Local', 'trafficDistribution: PreferSameZone');

const ports: fc.Arbitrary<PortRouting> = fc.tuple(policies, slices).map(([spec, given]) => {
  const [port] = routings(web(spec), given, FACTS);
  if (!port) throw new Error('the Service has a port');
  return port;
});

const isLost = (port: PortRouting) => (node: Node) => port.route('internal', node)?.verdict !== 'forward';

test('a selection by groups equals the selection node by node', () => {
  fc.assert(
    fc.property(nodes, ports, fc.nat(4), (all, port, shown) => {
      const lost = selectNodes(new NodeSet(all), [port.index.nodeNames], isLost(port));
      const each = all.filter(isLost(port));
      expect(lost.slice()).toEqual(each.map(({ name }) => name));
      expect(lost.length).toBe(each.length);
      expect(lost.slice(0, shown)).toEqual(lost.slice().slice(0, shown));
      expect(lost.zones).toEqual([...new Set(each.flatMap(({ zone }) => zone ?? []))].sort());
    }),
  );
});

test('includesAllNames compares selections without listing their names', () => {
  const picks = fc.tuple(fc.subarray(NAMES), fc.subarray(NAMES), fc.boolean());
  const select = (
    set: NodeSet,
    [individuallyNamed, picked, groups]: readonly [string[], string[], boolean],
  ): NodeSelection => {
    const named = new Set(individuallyNamed);
    return selectNodes(set, [named], ({ name }) => (named.has(name) ? picked.includes(name) : groups));
  };
  fc.assert(
    fc.property(nodes, picks, picks, (all, one, other) => {
      const set = new NodeSet(all);
      const [a, b] = [select(set, one), select(set, other)];
      const expected = b.slice().every(name => a.slice().includes(name));
      expect(includesAllNames(a, b)).toBe(expected);
      expect(includesAllNames(a.slice(), b)).toBe(expected);
    }),
  );
});

test('load by groups is the load node by node', () => {
  fc.assert(
    fc.property(nodes, ports, (all, port) => {
      // With duplicate addresses, older kube-proxies hold endpoints that newer ones do not.
      fc.pre(!port.index.hasDuplicateAddresses);
      const load = internalTrafficShares(port, new NodeSet(all));
      const total = all.reduce((sum, { milliCPU }) => sum + milliCPU, 0);
      const lost = all.filter(isLost(port));
      const weigh = ({ milliCPU }: Node) => (total > 0 ? milliCPU / total : 1 / all.length);
      expect(load.lost).toBeCloseTo(lost.reduce((sum, node) => sum + weigh(node), 0));
      const shares = new Map<string, number>();
      let onNode = 0;
      for (const node of all) {
        const endpoints = port.route('internal', node)?.endpoints ?? [];
        for (const { address, nodeName } of endpoints) {
          shares.set(address, (shares.get(address) ?? 0) + weigh(node) / endpoints.length);
          if (nodeName === node.name) onNode += weigh(node) / endpoints.length;
        }
      }
      expect(load.onNode).toBeCloseTo(onNode);
      expect(load.byEndpoint.size).toBe(shares.size);
      for (const [{ address }, share] of load.byEndpoint) expect(share).toBeCloseTo(shares.get(address) ?? -1);
      const zones = internalSharesByZone(port, new NodeSet(all));
      for (const [zone, share] of zones.byZone) {
        const own = [...load.byEndpoint].filter(([endpoint]) => endpoint.zone === zone);
        expect(share).toBeCloseTo(own.reduce((sum, [, one]) => sum + one, 0));
      }
    }),
  );
});
