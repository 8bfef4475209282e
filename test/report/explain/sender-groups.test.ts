import { describe, expect, test } from 'vitest';
import type { Node } from '../../../src/model/node.ts';
import { projectNode } from '../../../src/model/projection.ts';
import type { Service } from '../../../src/model/service.ts';
import type { NodeRoute } from '../../../src/report/explain/routes.ts';
import { memoizeRoutes, routesByNode } from '../../../src/report/explain/routes.ts';
import { senderGroups } from '../../../src/report/explain/sender-groups.ts';
import { NodeSet } from '../../../src/topology/node-set.ts';
import type { PortRouting } from '../../../src/topology/port-routing.ts';
import type { ProxyEndpoint } from '../../../src/topology/proxy-endpoint.ts';
import type { Sender } from '../../../src/topology/traffic-senders.ts';
import { trafficSenders, trafficWeights } from '../../../src/topology/traffic-senders.ts';
import { trafficFlows } from '../../../src/topology/zone-flows.ts';

const ZONE = 'topology.kubernetes.io/zone';

function node(name: string, zone: string | null, cpu = '4'): Node {
  const labels = zone === null ? {} : { [ZONE]: zone };
  return projectNode({ metadata: { name, labels }, status: { allocatable: { cpu } } });
}

const endpoint = (zone: string | null): ProxyEndpoint => ({ zone }) as ProxyEndpoint;

function forward(to: readonly ProxyEndpoint[]): NodeRoute['route'] {
  return { mode: 'ClusterWide', verdict: 'forward', endpoints: to, reason: 'no-hints' };
}

const DROP: NodeRoute['route'] = { mode: 'NodeLocal', verdict: 'drop', endpoints: [], reason: 'no-local-endpoint' };

function sendersByCPU(nodes: readonly Node[]): readonly Sender[] {
  const clients = new NodeSet(nodes);
  const input = { service: {} as Service, ports: [], clients, nodes: clients, minor: 37 };
  return trafficSenders('internal', input).sending;
}

/** Flows and groups of senders with these routes. */
function grouped(routes: readonly NodeRoute[], senders: readonly Sender[]) {
  const routeOf = new Map(routes.map(({ node, route }) => [node, route]));
  const flows = trafficFlows('internal', { route: (_, node) => routeOf.get(node) ?? null } as PortRouting, senders);
  return { groups: senderGroups(flows, senders), lost: flows.lost };
}

describe('sender groups', () => {
  test('send to zones in proportion to their endpoints; zones with the same proportions are one group', () => {
    const everywhere = [endpoint('a'), endpoint('a'), endpoint('b'), endpoint(null)];
    const nodes = [node('n1', 'b'), node('n2', 'a'), node('n3', null), node('n4', 'a')];
    const routes = nodes.map(of => ({ node: of, route: forward(everywhere) }));
    const { groups, lost } = grouped(routes, sendersByCPU(nodes));
    expect(groups).toEqual([
      {
        zones: ['a', 'b', null],
        nodes: 4,
        flows: [
          { verdict: 'forward', zone: 'a', endpoints: 2, share: 0.5 },
          { verdict: 'forward', zone: 'b', endpoints: 1, share: 0.25 },
          { verdict: 'forward', zone: null, endpoints: 1, share: 0.25 },
        ],
      },
    ]);
    expect(lost).toBe(0);
  });

  test('weigh nodes by CPU, or equally if no CPU is known', () => {
    const shares = (nodes: readonly Node[]) => {
      const routes = nodes.map(of => ({ node: of, route: forward([endpoint(of.zone)]) }));
      return grouped(routes, sendersByCPU(nodes)).groups.flatMap(({ flows }) => flows.map(flow => flow.share));
    };
    expect(shares([node('small', 'a', '2'), node('large', 'b', '6')])).toEqual([0.25, 0.75]);
    expect(shares([node('small', 'a', '0'), node('large', 'b', '0')])).toEqual([0.5, 0.5]);
    const unknown = new NodeSet([node('n', 'a', '0'), node('m', 'a', '0')]);
    expect(trafficWeights(unknown).ofNode(node('n', 'a', '0'))).toBe(0.5);
  });

  test('list lost traffic first and count it as lost', () => {
    const nodes = [node('n1', 'a'), node('n2', 'a'), node('n3', 'b'), node('n4', 'c')];
    const own = [endpoint('a')];
    const [first = node('n', null), ...others] = nodes;
    const routes = [{ node: first, route: forward(own) }, ...others.map(of => ({ node: of, route: DROP }))];
    const { groups, lost } = grouped(routes, sendersByCPU(nodes));
    expect(groups.map(({ zones }) => zones)).toEqual([['a'], ['b', 'c']]);
    expect(groups[0]?.flows).toEqual([
      { verdict: 'drop', zone: null, endpoints: 0, share: 0.25 },
      { verdict: 'forward', zone: 'a', endpoints: 1, share: 0.25 },
    ]);
    expect(groups[1]?.flows).toEqual([{ verdict: 'drop', zone: null, endpoints: 0, share: 0.5 }]);
    expect(lost).toBe(0.75);
  });
});

test('computes the route of each node once per class', () => {
  const requested: string[] = [];
  const port = {
    route(trafficClass, { name }) {
      requested.push(`${trafficClass} ${name}`);
      return trafficClass === 'external' ? null : DROP;
    },
  } as PortRouting as PortRouting;
  const once = memoizeRoutes(port);
  const nodes = [node('n1', 'a'), node('n2', 'b')];
  for (const trafficClass of ['internal', 'external', 'internal', 'external'] as const) {
    expect(routesByNode(once, trafficClass, nodes)).toHaveLength(trafficClass === 'internal' ? 2 : 0);
  }
  expect(requested).toEqual(['internal n1', 'internal n2', 'external n1', 'external n2']);
});
