import { describe, expect, test } from 'vitest';
import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import type { Service } from '../../src/model/service.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { predictSlices, sliceInputs } from '../../src/topology/slice-prediction.ts';
import { DRAINING, endpoint, evaluationInput, FACTS, node, slice, UNREADY, web } from '../support/builders.ts';

const NODES = [node('n1', { zone: 'zone-a' }), node('n2', { zone: 'zone-b' })];

function predict(
  service: Service,
  slices: readonly EndpointSlice[],
  over: { nodes?: readonly Node[]; old?: Service } = {},
) {
  const { change } = evaluationInput(service, { old: over.old ?? null });
  return predictSlices(sliceInputs(change, FACTS.version), slices, new NodeSet(over.nodes ?? NODES)).slices;
}

const endpointsOf = (slices: readonly EndpointSlice[]) => slices.flatMap(({ endpoints }) => endpoints);

describe('slices of the controller', () => {
  test('get their zones from the current Nodes', () => {
    const stale = slice([endpoint('10.0.0.1', 'n1', { zone: 'zone-old' }), endpoint('10.0.0.2', 'n2')]);
    expect(endpointsOf(predict(web(), [stale])).map(({ zone }) => zone)).toEqual(['zone-a', 'zone-b']);
  });

  test('keep their zones if no Node is known', () => {
    const known = slice([endpoint('10.0.0.1', 'n1', { zone: 'zone-old' })]);
    expect(endpointsOf(predict(web(), [known], { nodes: [] })).map(({ zone }) => zone)).toEqual(['zone-old']);
  });

  test('lose Pods whose Node was deleted, unless unready addresses are published', () => {
    const orphan = slice([endpoint('10.0.0.1', 'n1'), endpoint('10.0.0.9', 'gone')]);
    const addresses = (spec: string) => endpointsOf(predict(web(spec), [orphan])).map(({ address }) => address);
    expect(addresses('')).toEqual(['10.0.0.1']);
    expect(addresses('publishNotReadyAddresses: true')).toEqual(['10.0.0.1', '10.0.0.9']);
  });

  test('have the readiness that publishNotReadyAddresses gives', () => {
    const mixed = slice([
      endpoint('10.0.0.1', 'n1'),
      endpoint('10.0.0.2', 'n1', UNREADY),
      endpoint('10.0.0.3', 'n2', DRAINING),
    ]);
    const published = slice([endpoint('10.0.0.2', 'n1', { ...UNREADY, ready: true })]);
    const ready = (spec: string, from: EndpointSlice) => endpointsOf(predict(web(spec), [from])).map(e => e.ready);
    expect(ready('', mixed)).toEqual([true, false, false]);
    expect(ready('publishNotReadyAddresses: true', mixed)).toEqual([true, true, true]);
    expect(ready('', published)).toEqual([false]);
  });

  test("have a hint for the zone '' up to 1.32 where an endpoint has no zone", () => {
    const nodes = [node('n1', { zone: null })];
    const { change } = evaluationInput(web('trafficDistribution: PreferClose'));
    const hints = (minor: number) =>
      predictSlices(sliceInputs(change, { minor }), [slice([endpoint('10.0.0.1', 'n1')])], new NodeSet(nodes)).slices[0]
        ?.endpoints[0]?.hints;
    expect(hints(32)).toEqual({ zones: [''], nodes: [] });
    expect(hints(33)).toBeNull();
  });

  test('have the hints of the new settings', () => {
    const bare = slice([endpoint('10.0.0.1', 'n1')]);
    const hinted = slice([endpoint('10.0.0.1', 'n1', { hints: { zones: ['zone-a'], nodes: [] } })]);
    const hints = (spec: string, from: EndpointSlice) => endpointsOf(predict(web(spec), [from]))[0]?.hints;
    expect(hints('trafficDistribution: PreferSameZone', bare)).toEqual({ zones: ['zone-a'], nodes: [] });
    expect(hints('trafficDistribution: PreferSameNode', bare)).toEqual({ zones: ['zone-a'], nodes: ['n1'] });
    expect(hints('', hinted)).toBeNull();
  });
});

test('slices of other managers stay unchanged', () => {
  const custom = slice([endpoint('10.0.0.1', 'gone', { zone: 'zone-x' })], { managedBy: 'somebody' });
  expect(predict(web('trafficDistribution: PreferSameZone'), [custom])).toEqual([custom]);
});

test('a Service without selector keeps its slices and their hints', () => {
  const left = slice([endpoint('10.0.0.1', 'n1', { hints: { zones: ['zone-b'], nodes: [] } })]);
  expect(predict({ ...web(), selector: null }, [left])).toEqual([left]);
});
