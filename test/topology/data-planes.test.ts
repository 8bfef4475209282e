import { describe, expect, test } from 'vitest';
import type { DataPlanes } from '../../src/model/data-plane.ts';
import { describeDataPlanes } from '../../src/model/data-plane-text.ts';
import { refineDataPlanes } from '../../src/topology/data-plane.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import type { Entrance, TrafficClass } from '../../src/topology/route.ts';
import { dataPlanes, endpoint, FACTS, node, routings, slice, web } from '../support/builders.ts';

const N1 = node('n1');
const N2 = node('n2', { zone: 'zone-b' });
const HERE = endpoint('10.0.0.1', 'n1', { zone: 'zone-a', hints: { zones: ['zone-a'], nodes: ['n1'] } });
const THERE = endpoint('10.0.0.2', 'n2', { zone: 'zone-b', hints: { zones: ['zone-b'], nodes: ['n2'] } });
const EXTERNAL = 'type: LoadBalancer\nexternalTrafficPolicy: Local';

interface Asked {
  readonly spec?: string;
  readonly trafficClass?: TrafficClass;
  readonly entrance?: Entrance;
  readonly endpoints?: readonly (typeof HERE)[];
}

/** The verdict of n1 and its endpoints. */
function seen(text: string, { spec = '', trafficClass = 'internal', entrance, endpoints = [HERE, THERE] }: Asked) {
  const [port] = routings(web(spec), [slice(endpoints)], { ...FACTS, dataPlanes: dataPlanes(...text.split(';')) });
  const route = port?.route(trafficClass, N1, entrance);
  return route ? [route.verdict, ...route.endpoints.map(({ address }) => address)].join(' ') : 'none';
}

describe('a Pod’s traffic to a ClusterIP', () => {
  const SAME_ZONE = { spec: 'trafficDistribution: PreferSameZone' };
  const SAME_NODE = { spec: 'trafficDistribution: PreferSameNode' };
  const LOCAL = { spec: 'internalTrafficPolicy: Local' };
  const EMPTY_NODE = { ...LOCAL, endpoints: [THERE] };
  test.each<[string, Asked, string]>([
    ['kube-proxy', SAME_ZONE, 'forward 10.0.0.1'],
    ['kube-proxy@1.30', SAME_ZONE, 'forward 10.0.0.1 10.0.0.2'],
    ['windows-kube-proxy', SAME_ZONE, 'forward 10.0.0.1 10.0.0.2'],
    ['windows-kube-proxy', LOCAL, 'forward 10.0.0.1'],
    ['windows-kube-proxy', EMPTY_NODE, 'drop'],
    ['kube-router', SAME_ZONE, 'forward 10.0.0.1 10.0.0.2'],
    ['kube-router', EMPTY_NODE, 'drop'],
    ['ovn-kubernetes', SAME_ZONE, 'forward 10.0.0.1 10.0.0.2'],
    ['ovn-kubernetes', LOCAL, 'forward 10.0.0.1'],
    ['antrea', SAME_ZONE, 'forward 10.0.0.1'],
    ['antrea', SAME_NODE, 'unknown'],
    ['calico-ebpf@3.31', SAME_ZONE, 'unknown'],
    ['calico-ebpf@3.31', { endpoints: [{ ...HERE, hints: null }] }, 'forward 10.0.0.1'],
    ['calico-ebpf@3.31', LOCAL, 'forward 10.0.0.1'],
    ['calico-ebpf@3.22', LOCAL, 'unknown'],
    ['other', {}, 'unknown'],
  ])('on %s with %j: %s', (text, requested, expected) => {
    expect(seen(text, requested)).toBe(expected);
  });
});

describe('traffic to a node port or a balancer address', () => {
  const OUTSIDE = { spec: EXTERNAL, trafficClass: 'external', endpoints: [THERE] } as const;
  const INSIDE = { ...OUTSIDE, trafficClass: 'shortCircuit' } as const;
  test.each<[string, Asked, string]>([
    ['kube-proxy', OUTSIDE, 'drop'],
    ['kube-proxy', INSIDE, 'forward 10.0.0.2'],
    ['kube-proxy,local-detector=false', INSIDE, 'drop'],
    ['kube-proxy@1.33.5,mode=nftables', { ...INSIDE, entrance: 'LoadBalancer' }, 'drop'],
    ['kube-proxy@1.33.5,mode=nftables', { ...INSIDE, entrance: 'NodePort' }, 'forward 10.0.0.2'],
    ['kube-proxy@1.33.6,mode=nftables', { ...INSIDE, entrance: 'LoadBalancer' }, 'forward 10.0.0.2'],
    ['kube-proxy@1.33.5', { ...INSIDE, entrance: 'LoadBalancer' }, 'forward 10.0.0.2'],
    ['windows-kube-proxy', OUTSIDE, 'unknown'],
    ['ovn-kubernetes', OUTSIDE, 'unknown'],
    ['kube-router', OUTSIDE, 'drop'],
    ['kube-router', INSIDE, 'unknown'],
    ['antrea,proxy-all=true', OUTSIDE, 'drop'],
    ['antrea,proxy-all=true', INSIDE, 'unknown'],
    ['antrea', INSIDE, 'forward 10.0.0.2'],
  ])('on %s with %j: %s', (text, requested, expected) => {
    expect(seen(text, requested)).toBe(expected);
  });
});

test('each node follows its own data plane', () => {
  const facts = { ...FACTS, dataPlanes: dataPlanes('kube-router on pool=old', 'kube-proxy') };
  const [port] = routings(web('trafficDistribution: PreferSameZone'), [slice([HERE, THERE])], facts);
  const addresses = (name: string, labels: Readonly<Record<string, string>>) =>
    port?.route('internal', node(name, { labels }))?.endpoints.map(({ address }) => address);
  expect(addresses('n3', { pool: 'old' })).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(addresses('n3', { pool: 'new' })).toEqual(['10.0.0.1']);
});

test('nodes of one zone and version form one group per data plane', () => {
  const nodes = ['a', 'b', 'c'].map(name => node(name, { labels: { pool: name === 'c' ? 'old' : 'new' } }));
  const [assignment] = dataPlanes('kube-router on pool=old', 'kube-proxy').candidates;
  const groups = (set: NodeSet) => set.groups.map(group => [group.dataPlane.kind, group.nodes.length]);
  expect(groups(new NodeSet(nodes, assignment))).toEqual([
    ['kube-proxy', 2],
    ['kube-router', 1],
  ]);
  expect(groups(new NodeSet(nodes, assignment).filter(({ name }) => name !== 'a'))).toEqual([
    ['kube-proxy', 1],
    ['kube-router', 1],
  ]);
  expect(groups(new NodeSet(nodes))).toEqual([['kube-proxy', 3]]);
});

test('Nodes marked by Cilium say nothing of its version and settings', () => {
  const { certainty, candidates } = refineDataPlanes([node('c', { thirdPartyProxy: 'Cilium' })], FACTS.dataPlanes);
  expect([certainty, candidates.length]).toEqual(['candidates', 16]);
  expect(new Set(candidates.map(([first]) => first?.dataPlane.kind))).toEqual(new Set(['cilium']));
});

describe('what Nodes say about the data plane', () => {
  const windows = node('w', { os: 'windows' });
  const refined = (planes: DataPlanes, ...nodes: ReturnType<typeof node>[]) => {
    const result = refineDataPlanes([N1, N2, ...nodes], planes);
    return `${result.certainty}: ${describeDataPlanes(result)}`;
  };
  const ASSUMED = FACTS.dataPlanes;
  test.each<[string, DataPlanes, ReturnType<typeof node>[], string]>([
    ['nothing on Linux', ASSUMED, [], 'assumed: kube-proxy (assumed)'],
    ['Windows nodes', ASSUMED, [windows], 'assumed: kube-proxy; on windows nodes: windows-kube-proxy (assumed)'],
    [
      'Windows nodes beside Cilium',
      dataPlanes('cilium@1.19'),
      [windows],
      'known: cilium@1.19; on windows nodes: windows-kube-proxy',
    ],
    ...['calico-ebpf@3.31', 'ovn-kubernetes', 'kube-router'].map(
      (text): [string, DataPlanes, [typeof windows], string] => [
        `Windows nodes beside ${text}`,
        dataPlanes(text),
        [windows],
        `known: ${text}; on windows nodes: windows-kube-proxy`,
      ],
    ),
    ['nothing on Windows nodes that are stated', dataPlanes('other'), [windows], 'known: other'],
    ['OVN-Kubernetes', ASSUMED, [node('o', { thirdPartyProxy: 'OVN-Kubernetes' })], 'known: ovn-kubernetes'],
    [
      'Antrea, of which the mark does not say how much it serves',
      ASSUMED,
      [node('o', { thirdPartyProxy: 'Antrea' })],
      'candidates: antrea,proxy-all=true or antrea',
    ],
    [
      'nothing against what is stated',
      dataPlanes('kube-proxy'),
      [node('o', { thirdPartyProxy: 'Antrea' })],
      'known: kube-proxy',
    ],
  ])('%s', (_, planes, nodes, expected) => {
    expect(refined(planes, ...nodes)).toBe(expected);
  });
});
