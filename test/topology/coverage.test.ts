import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint-slice.ts';
import { coverage } from '../../src/topology/coverage.ts';
import { DRAINING, endpoint, GONE, slice, UNREADY } from '../support/builders.ts';

function covered(...endpoints: readonly Endpoint[]) {
  const { nodes, withoutNode, endpoints: count } = coverage([slice(endpoints)]);
  const starting = [...nodes.keys()].filter(name => nodes.get(name) === 'starting');
  return { uncovered: ['n1', 'n2'].filter(name => !nodes.has(name)), starting, withoutNode, count };
}

const on = (name: string | null, over: Partial<Endpoint> = {}) => endpoint(`10.0.0.${name?.slice(1) ?? 9}`, name, over);

test.each<[string, readonly Endpoint[], ReturnType<typeof covered>]>([
  ['a ready endpoint covers its node', [on('n1')], { uncovered: ['n2'], starting: [], withoutNode: 0, count: 1 }],
  [
    'a node whose endpoint is not ready yet is covered and starting',
    [on('n1'), on('n2', UNREADY)],
    { uncovered: [], starting: ['n2'], withoutNode: 0, count: 2 },
  ],
  [
    'a ready endpoint covers its node beside a starting one',
    [on('n1', UNREADY), on('n1')],
    { uncovered: ['n2'], starting: [], withoutNode: 0, count: 2 },
  ],
  [
    'a terminating endpoint that serves covers its node',
    [on('n1', DRAINING)],
    { uncovered: ['n2'], starting: [], withoutNode: 0, count: 1 },
  ],
  [
    'a terminating endpoint that does not serve covers no node',
    [on('n1', GONE)],
    { uncovered: ['n1', 'n2'], starting: [], withoutNode: 0, count: 0 },
  ],
  [
    'absent conditions are read as ready',
    [on('n1', { ready: null, serving: null, terminating: null })],
    { uncovered: ['n2'], starting: [], withoutNode: 0, count: 1 },
  ],
  [
    'an endpoint without nodeName covers no node',
    [on(null)],
    { uncovered: ['n1', 'n2'], starting: [], withoutNode: 1, count: 1 },
  ],
  [
    'an endpoint without an address is ignored',
    [on('n1', { address: '' })],
    { uncovered: ['n1', 'n2'], starting: [], withoutNode: 0, count: 0 },
  ],
  ['no endpoint covers nothing', [], { uncovered: ['n1', 'n2'], starting: [], withoutNode: 0, count: 0 }],
])('%s', (_fact, endpoints, expected) => {
  expect(covered(...endpoints)).toEqual(expected);
});

test('slices that kube-proxy does not watch cover nothing', () => {
  expect(coverage([slice([on('n1')], { proxied: false })]).endpoints).toBe(0);
});
