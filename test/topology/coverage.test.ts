import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoint-slice.ts';
import { coverage } from '../../src/topology/coverage.ts';
import { hasEndpointOnNode } from '../../src/topology/endpoint-index.ts';
import { DRAINING, endpoint, FACTS, GONE, routings, slice, UNREADY, web } from '../support/builders.ts';

function covered(...endpoints: readonly Endpoint[]) {
  const slices = [slice(endpoints)];
  const [port] = routings(web(), slices, FACTS);
  if (!port) throw new Error('web has a port');
  return {
    starting: [...port.index.startingOnNode],
    onNode: hasEndpointOnNode(port.index),
    ...coverage(slices),
  };
}

const on = (name: string | null, over: Partial<Endpoint> = {}) => endpoint(`10.0.0.${name?.slice(1) ?? 9}`, name, over);

test.each<[string, readonly Endpoint[], ReturnType<typeof covered>]>([
  ['a ready endpoint is on its node', [on('n1')], { starting: [], onNode: true, withoutNode: 0, endpoints: 1 }],
  [
    'an endpoint that is not ready yet is starting',
    [on('n1'), on('n2', UNREADY)],
    { starting: ['n2'], onNode: true, withoutNode: 0, endpoints: 2 },
  ],
  [
    'a terminating endpoint that serves is on its node',
    [on('n1', DRAINING)],
    { starting: [], onNode: true, withoutNode: 0, endpoints: 1 },
  ],
  [
    'a terminating endpoint that does not serve is on no node',
    [on('n1', GONE)],
    { starting: [], onNode: false, withoutNode: 0, endpoints: 0 },
  ],
  [
    'absent conditions are read as ready',
    [on('n1', { ready: null, serving: null, terminating: null })],
    { starting: [], onNode: true, withoutNode: 0, endpoints: 1 },
  ],
  [
    'an endpoint without nodeName is on no node',
    [on(null)],
    { starting: [], onNode: false, withoutNode: 1, endpoints: 1 },
  ],
  [
    'an endpoint without an address is ignored',
    [on('n1', { address: '' })],
    { starting: [], onNode: false, withoutNode: 0, endpoints: 0 },
  ],
  ['no endpoint is on no node', [], { starting: [], onNode: false, withoutNode: 0, endpoints: 0 }],
])('%s', (_fact, endpoints, expected) => {
  expect(covered(...endpoints)).toEqual(expected);
});

test('slices that kube-proxy does not watch cover nothing', () => {
  expect(coverage([slice([on('n1')], { proxied: false })]).endpoints).toBe(0);
});
