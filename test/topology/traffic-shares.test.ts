import { describe, expect, test } from 'vitest';
import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { hintInputs, predictHints } from '../../src/topology/hints.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { internalTrafficShares } from '../../src/topology/traffic-shares.ts';
import { endpoint, FACTS, node, routings, slice, web } from '../support/builders.ts';

const A1 = node('a1', { zone: 'zone-a' });
const A2 = node('a2', { zone: 'zone-a' });
const B1 = node('b1', { zone: 'zone-b' });
const at = (address: string, where: Node) => endpoint(address, where.name, { zone: where.zone });

/** Load by endpoint in percent, and where it stays. */
function load(spec: string, slices: readonly EndpointSlice[], clients: readonly Node[]) {
  const service = web(spec);
  const predicted = predictHints(hintInputs(service, FACTS.version), slices, new NodeSet(clients)).slices;
  const [port] = routings(service, predicted, FACTS);
  if (!port) throw new Error('the Service has a port');
  const { byEndpoint, inZone, onNode, lost } = internalTrafficShares(port, new NodeSet(clients));
  const percent = (share: number) => Math.round(share * 1000) / 10;
  const shares = [...byEndpoint].map(([{ address }, share]) => [address, percent(share)] as const).sort();
  return { shares: Object.fromEntries(shares), inZone: percent(inZone), onNode: percent(onNode), lost: percent(lost) };
}

describe('if every client node sends in proportion to its CPU', () => {
  const two = [slice([at('10.0.0.1', A1), at('10.0.0.2', B1)])];

  test('all endpoints get the same share without hints', () => {
    expect(load('', two, [A1, A2, B1])).toEqual({
      shares: { '10.0.0.1': 50, '10.0.0.2': 50 },
      inZone: 50,
      onNode: 33.3,
      lost: 0,
    });
  });

  test('a zone with more clients loads its endpoints more under trafficDistribution', () => {
    expect(load('trafficDistribution: PreferSameZone', two, [A1, A2, B1])).toEqual({
      shares: { '10.0.0.1': 66.7, '10.0.0.2': 33.3 },
      inZone: 100,
      onNode: 66.7,
      lost: 0,
    });
  });

  test('a node with twice the CPU sends twice as much', () => {
    const big = { ...B1, milliCPU: 8000 };
    expect(load('trafficDistribution: PreferSameZone', two, [A1, big]).shares).toEqual({
      '10.0.0.1': 33.3,
      '10.0.0.2': 66.7,
    });
  });

  test('nodes that report no CPU all have the same weight', () => {
    const blind = [A1, A2, B1].map(n => ({ ...n, milliCPU: 0 }));
    expect(load('trafficDistribution: PreferSameZone', two, blind).shares).toEqual({
      '10.0.0.1': 66.7,
      '10.0.0.2': 33.3,
    });
  });

  test('a Local policy loses the traffic of nodes without an endpoint', () => {
    expect(load('internalTrafficPolicy: Local', two, [A1, A2, B1])).toEqual({
      shares: { '10.0.0.1': 33.3, '10.0.0.2': 33.3 },
      inZone: 66.7,
      onNode: 66.7,
      lost: 33.3,
    });
  });

  test('PreferSameNode keeps the traffic of nodes with an endpoint, the others use their zone', () => {
    const three = [slice([at('10.0.0.1', A1), at('10.0.0.2', B1)])];
    expect(load('trafficDistribution: PreferSameNode', three, [A1, A2, B1])).toMatchObject({
      inZone: 100,
      onNode: 66.7,
    });
  });
});
