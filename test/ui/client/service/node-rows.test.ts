import { describe, expect, test } from 'vitest';
import { nodesLosingTraffic } from '../../../../src/topology/lost-traffic.ts';
import { evaluateService, trafficInput } from '../../../../src/ui/client/service/evaluate-service.ts';
import { filterNodes, nodeRows, notClientReason, routeCell } from '../../../../src/ui/client/service/node-rows.ts';
import { drains, FACTS, SAMPLE, serviceStateOf, whatIf } from '../../../support/builders.ts';

const LOCAL = whatIf(serviceStateOf(SAMPLE, 'monitoring/otel-agent'), {
  fields: { internalTrafficPolicy: 'Local' },
  cluster: drains('worker-a1'),
});
const ROWS = nodeRows(LOCAL, new Set(nodesLosingTraffic('internal', trafficInput(LOCAL)).slice()));

describe('the table of nodes', () => {
  test('starts with nodes that lose traffic and ends with nodes that send none', () => {
    const names = ROWS.map(({ node }) => node.name);
    expect([names.slice(0, 3), names.at(-1)]).toEqual([['worker-b3', 'worker-c3', 'worker-a2'], 'worker-a1']);
  });

  test('filters by name, zone and loss', () => {
    const names = (text: string, losing = false) => filterNodes(ROWS, { text, losing }).map(({ node }) => node.name);
    expect(names('ZONE-B')).toEqual(['worker-b3', 'worker-b1', 'worker-b2']);
    expect(names('no zone', true)).toEqual(['worker-c3']);
  });

  test('gives the reason why a node sends no traffic', () => {
    const base = serviceStateOf(SAMPLE, 'shop/web');
    const [first, ...others] = base.nodes;
    if (!first) throw new Error('the sample has nodes');
    const why = (over: object, isDrained = false) => {
      const evaluated = evaluateService({ ...base, nodes: [{ ...first, ...over }, ...others] });
      const row = nodeRows(evaluated, new Set()).find(({ node }) => node.name === first.name);
      return row && notClientReason(row, isDrained, evaluated.state);
    };
    expect(why({})).toBe(null);
    expect(why({ ready: false })).toBe('not ready');
    expect(why({ deleting: true })).toBe('being deleted');
    expect(why({ deleting: true }, true)).toBe('drained');
    expect(why({ createdAt: FACTS.now - 10_000 })).toBe('too young to be a client node');
    expect(why({ labels: { type: 'virtual-kubelet' } })).toBe('not a client node');
  });

  test('shows the route of each traffic class and its reason', () => {
    const [losing] = ROWS;
    expect(losing && routeCell('internal', losing.node, LOCAL.ports)).toEqual({
      verdict: 'drop',
      head: 'dropped',
      why: 'the node has no endpoint while others have (connections time out)',
    });
    expect(losing && routeCell('external', losing.node, LOCAL.ports)).toBe(null);
  });
});
