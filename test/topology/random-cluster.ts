import fc from 'fast-check';
import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { DRAINING, endpoint, GONE, node, slice, UNREADY } from '../support/builders.ts';

const ZONES = ['zone-a', 'zone-b', 'zone-c', null] as const;
export const NAMES = Array.from({ length: 9 }, (_, i) => `n${i}`);

const someNode = (name: string): fc.Arbitrary<Node> =>
  fc
    .record({
      zone: fc.constantFrom(...ZONES),
      kubeletMinor: fc.constantFrom(30, 33, 35, 37, null),
      milliCPU: fc.constantFrom(0, 1000, 4000),
      ready: fc.constantFrom(true, true, true, false),
      createdAt: fc.constantFrom(null, Date.parse('2026-06-01T11:59:30Z')),
      labels: fc.constantFrom({}, { type: 'virtual-kubelet' }, { 'node-role.kubernetes.io/control-plane': '' }),
    })
    .map(over => node(name, over));

export const nodes: fc.Arbitrary<readonly Node[]> = fc
  .subarray(NAMES, { minLength: 1 })
  .chain(names => fc.tuple(...names.map(someNode)));

/** An endpoint on a node that may not exist, with arbitrary hints and an address that may be a duplicate. */
const someEndpoint: fc.Arbitrary<Endpoint> = fc
  .record({
    last: fc.integer({ min: 1, max: 12 }),
    nodeName: fc.constantFrom(...NAMES, 'gone', null),
    zone: fc.constantFrom(...ZONES),
    state: fc.constantFrom({}, {}, {}, UNREADY, DRAINING, GONE),
    hints: fc.option(
      fc.record({
        zones: fc.subarray(['zone-a', 'zone-b', 'zone-c']),
        nodes: fc.subarray(NAMES, { maxLength: 2 }),
      }),
    ),
  })
  .map(({ last, nodeName, zone, state, hints }) =>
    endpoint(`10.0.0.${last}`, nodeName, {
      zone,
      ...state,
      hints: hints?.zones.length || hints?.nodes.length ? hints : null,
    }),
  );

export const slices: fc.Arbitrary<readonly EndpointSlice[]> = fc
  .tuple(fc.array(someEndpoint, { maxLength: 9 }), fc.array(someEndpoint, { maxLength: 4 }), fc.boolean())
  .map(([first, second, managed]) => [
    slice(first),
    slice(second, { name: 'web-2', ...(managed ? {} : { managedBy: 'me' }) }),
  ]);
