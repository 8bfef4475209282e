import { describe, expect, test } from 'vitest';
import type { Node } from '../../../src/model/node.ts';
import { projectNode } from '../../../src/model/projection.ts';
import type { NodeRoute } from '../../../src/report/explain/routes.ts';
import { remembering, routesOf } from '../../../src/report/explain/routes.ts';
import { flowsOf, lostShare } from '../../../src/report/explain/sender-groups.ts';
import type { PortReach } from '../../../src/topology/port-routing.ts';
import type { ProxyEndpoint } from '../../../src/topology/proxy-endpoint.ts';
import { equalWeight, weightByCPU } from '../../../src/topology/senders.ts';

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

describe('flows', () => {
  test('go to zones in proportion to their endpoints; zones that send alike are one source', () => {
    const everywhere = [endpoint('a'), endpoint('a'), endpoint('b'), endpoint(null)];
    const nodes = [node('n1', 'b'), node('n2', 'a'), node('n3', null), node('n4', 'a')];
    const sources = flowsOf(
      nodes.map(of => ({ node: of, route: forward(everywhere) })),
      weightByCPU(nodes),
    );
    expect(sources).toEqual([
      {
        zones: ['a', 'b', null],
        nodes: 4,
        flows: [
          { fate: 'forward', zone: 'a', endpoints: 2, share: 0.5 },
          { fate: 'forward', zone: 'b', endpoints: 1, share: 0.25 },
          { fate: 'forward', zone: null, endpoints: 1, share: 0.25 },
        ],
      },
    ]);
    expect(lostShare(sources)).toBe(0);
  });

  test('weigh nodes by their CPUs, or all alike where no CPU is known', () => {
    const nodes = [node('small', 'a', '2'), node('large', 'b', '6')];
    const routes = nodes.map(of => ({ node: of, route: forward([endpoint(of.zone)]) }));
    const shares = (weight: (node: Node) => number) =>
      flowsOf(routes, weight).flatMap(({ flows }) => flows.map(flow => flow.share));
    expect(shares(weightByCPU(nodes))).toEqual([0.25, 0.75]);
    expect(shares(equalWeight(nodes))).toEqual([0.5, 0.5]);
    expect(weightByCPU([node('n', 'a', '0'), node('m', 'a', '0')])(node('n', 'a', '0'))).toBe(0.5);
  });

  test('that end nowhere come first and are counted as lost', () => {
    const nodes = [node('n1', 'a'), node('n2', 'a'), node('n3', 'b'), node('n4', 'c')];
    const own = [endpoint('a')];
    const [first = node('n', null), ...others] = nodes;
    const routes = [{ node: first, route: forward(own) }, ...others.map(of => ({ node: of, route: DROP }))];
    const sources = flowsOf(routes, equalWeight(nodes));
    expect(sources.map(({ zones }) => zones)).toEqual([['a'], ['b', 'c']]);
    expect(sources[0]?.flows).toEqual([
      { fate: 'drop', zone: null, endpoints: 0, share: 0.25 },
      { fate: 'forward', zone: 'a', endpoints: 1, share: 0.25 },
    ]);
    expect(sources[1]?.flows).toEqual([{ fate: 'drop', zone: null, endpoints: 0, share: 0.5 }]);
    expect(lostShare(sources)).toBe(0.75);
  });
});

test('each node is asked once for each class, however often somebody wants to know', () => {
  const asked: string[] = [];
  const port = {
    route(trafficClass, { name }) {
      asked.push(`${trafficClass} ${name}`);
      return trafficClass === 'external' ? null : DROP;
    },
  } as PortReach as PortReach;
  const once = remembering(port);
  const nodes = [node('n1', 'a'), node('n2', 'b')];
  for (const trafficClass of ['internal', 'external', 'internal', 'external'] as const) {
    expect(routesOf(once, trafficClass, nodes)).toHaveLength(trafficClass === 'internal' ? 2 : 0);
  }
  expect(asked).toEqual(['internal n1', 'internal n2', 'external n1', 'external n2']);
});
