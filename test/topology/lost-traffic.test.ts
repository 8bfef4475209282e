import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { assignmentOf } from '../../src/topology/data-plane.ts';
import { losesTraffic, nodesLosing, portLosses } from '../../src/topology/lost-traffic.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import type { PortRouting } from '../../src/topology/port-routing.ts';
import type { Entrance } from '../../src/topology/route.ts';
import { TRAFFIC_CLASSES } from '../../src/topology/route.ts';
import { dataPlanes, endpoint, FACTS, node, routings, serviceFrom, slice } from '../support/builders.ts';
import { nodes, slices } from './random-cluster.ts';

const ENTRANCES: readonly Entrance[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalIP'];
const DATA_PLANES: readonly (readonly string[])[] = [
  ['kube-proxy'],
  ['kube-proxy,mode=ipvs'],
  ['kube-proxy@1.33.5,mode=nftables'],
  ['kube-proxy,local-detector=false'],
  ['cilium@1.20,service-topology=true'],
  ['cilium@1.19,service-topology=true,kube-proxy-replacement=false'],
  ['cilium@1.18,service-topology=true'],
  ['cilium@1.18,kube-proxy-replacement=false'],
  ['cilium@1.17,service-topology=true'],
  ['kube-router'],
  ['ovn-kubernetes'],
  ['antrea'],
  ['antrea,proxy-all=true'],
  ['calico-ebpf@3.31'],
  ['windows-kube-proxy'],
  ['kube-router on type=virtual-kubelet', 'kube-proxy'],
];
const POLICIES = ['', 'internalTrafficPolicy: Local', 'externalTrafficPolicy: Local'];
const PREFERENCES = [
  '',
  'trafficDistribution: PreferClose',
  'trafficDistribution: PreferSameZone',
  'trafficDistribution: PreferSameNode',
];

interface Cluster {
  readonly set: NodeSet;
  readonly routing: readonly PortRouting[];
}

/** Two ports with endpoints of their own, in one or two IP families. */
const clusters: fc.Arbitrary<Cluster> = fc
  .record({
    all: nodes,
    dataPlane: fc.constantFrom(...DATA_PLANES),
    policies: fc.subarray(POLICIES),
    preference: fc.constantFrom(...PREFERENCES),
    families: fc.constantFrom('', 'ipFamilies: [IPv4, IPv6]'),
    http: slices,
    admin: slices,
    isUnlike: fc.boolean(),
    isHinted: fc.boolean(),
  })
  .map(({ all, dataPlane, policies, preference, families, http, admin, isUnlike, isHinted }) => {
    const facts = { ...FACTS, dataPlanes: dataPlanes(...dataPlane) };
    const ports = 'ports: [{ name: http, port: 80, nodePort: 30080 }, { name: admin, port: 81, nodePort: 30081 }]';
    const spec = ['selector: { app: web }', 'type: LoadBalancer', ports, preference, families, ...policies];
    const service = serviceFrom(`kind: Service\nmetadata: { name: web }\nspec:\n  ${spec.join('\n  ')}\n`);
    const byPort = [...withPort(http, 'http'), ...withPort(admin, 'admin').map(isUnlike ? unlikeKubeProxy : same)];
    const given = byPort.map(isHinted ? withZoneHints : same);
    return { set: new NodeSet(all, assignmentOf(facts)), routing: routings(service, given, facts) };
  });

function withPort(given: readonly EndpointSlice[], name: string): readonly EndpointSlice[] {
  const ports: EndpointSlice['ports'] = [{ name, protocol: 'TCP', port: 8080 }];
  return given.map(one => ({ ...one, name: `${name}-${one.name}`, ports }));
}

/** Endpoints that some versions of Cilium take for active and others for unused. */
function unlikeKubeProxy(one: EndpointSlice): EndpointSlice {
  const changes = [{ zeroWeight: true } as const, { ready: false, serving: true, terminating: false }, {}];
  return { ...one, endpoints: one.endpoints.map((each, i) => ({ ...each, ...changes[i % changes.length] })) };
}

/** Every endpoint has a hint, those of the two ports for different zones. */
function withZoneHints(one: EndpointSlice): EndpointSlice {
  const hints = { zones: [one.ports[0]?.name === 'http' ? 'zone-a' : 'zone-b'], nodes: [] };
  return { ...one, endpoints: one.endpoints.map(each => ({ ...each, zone: each.zone ?? 'zone-a', hints })) };
}

function same(one: EndpointSlice): EndpointSlice {
  return one;
}

/** Rare combinations of hints, policies and versions decide. */
const RUNS = { numRuns: 500 };

const CLASSES = fc.constantFrom(...TRAFFIC_CLASSES);

test('the nodes that lose traffic are those that do node by node', () => {
  fc.assert(
    fc.property(clusters, CLASSES, ({ set, routing }, trafficClass) => {
      const filled = routing.filter(({ index }) => index.all.length > 0);
      const ports = filled.length > 0 ? filled : routing;
      const loses = (one: Node) => ports.some(port => losesTraffic(one, trafficClass, port));
      expect(nodesLosing(trafficClass, routing, set).slice()).toEqual(namesOf(set.nodes.filter(loses)));
    }),
    RUNS,
  );
});

test('the losses of ports are those of their entrances node by node', () => {
  fc.assert(
    fc.property(clusters, CLASSES, fc.subarray([...ENTRANCES]), ({ set, routing }, trafficClass, entrances) => {
      const losing = (one: Node) =>
        routing.filter(
          port =>
            !port.index.startingOnNode.has(one.name) &&
            entrances.some(entrance => losesTraffic(one, trafficClass, port, entrance)),
        );
      const lost = portLosses({ trafficClass, entrances }, routing, set);
      const each = set.nodes.map(one => losing(one)).filter(ports => ports.length > 0);
      expect(lost.nodes.slice()).toEqual(namesOf(set.nodes.filter(one => losing(one).length > 0)));
      const differ = each.some(ports => ports.length < routing.length);
      expect(new Set(lost.ports)).toEqual(new Set(differ ? each.flat() : []));
    }),
    RUNS,
  );
});

function namesOf(nodesOfSet: readonly Node[]): readonly string[] {
  return nodesOfSet.map(({ name }) => name);
}

describe('a node with a ready endpoint', () => {
  test('loses no traffic at any entrance if the data plane says that it is covered', () => {
    fc.assert(
      fc.property(clusters, CLASSES, ({ set, routing }, trafficClass) => {
        for (const port of routing) {
          const covered = set.nodes.filter(({ name }) => port.coveredNodes(trafficClass).has(name));
          for (const entrance of [undefined, ...ENTRANCES]) {
            expect(covered.filter(one => losesTraffic(one, trafficClass, port, entrance))).toEqual([]);
          }
        }
      }),
      RUNS,
    );
  });

  test('costs no computed route', () => {
    const endpoints = ['n1', 'n2', 'n3'].map((name, i) => endpoint(`10.0.0.${i + 1}`, name));
    const set = new NodeSet(['n1', 'n2', 'n3', 'n4'].map(name => node(name)));
    const service = serviceFrom(
      'kind: Service\nmetadata: { name: web }\nspec:\n  ports: [{ port: 80 }]\n  internalTrafficPolicy: Local\n',
    );
    const [port] = routings(service, [slice(endpoints)], FACTS);
    if (!port) throw new Error('the Service has a port');
    const route = vi.spyOn(port, 'route');
    expect(nodesLosing('internal', [port], set).slice()).toEqual(['n4']);
    expect(route.mock.calls.map(([, { name }]) => name)).toEqual(['n4']);
  });
});
