import { describe, expect, test } from 'vitest';
import type { Endpoint, EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import { dataPlanes, endpoint, FACTS, node, routings, slice, UNREADY, web } from '../../support/builders.ts';

const HERE = endpoint('10.0.0.1', 'n1', { zone: 'zone-a', hints: { zones: ['zone-a'], nodes: [] } });
const THERE = endpoint('10.0.0.2', 'n2', { zone: 'zone-b', hints: { zones: ['zone-b'], nodes: [] } });

/** The addresses that n1, in zone-a, sends ClusterIP traffic to. */
function addresses(cilium: string, spec: string, slices: readonly EndpointSlice[]): readonly string[] {
  const facts = { ...FACTS, dataPlanes: dataPlanes(`${cilium},service-topology=true`) };
  const [port] = routings(web(spec), slices, facts);
  return port?.route('internal', node('n1', { zone: 'zone-a' }))?.endpoints.map(({ address }) => address) ?? [];
}

const both = (endpoints: readonly Endpoint[] = [HERE, THERE]) => [slice(endpoints)];
const TO_ZONE = ['10.0.0.1'];
const TO_ALL = ['10.0.0.1', '10.0.0.2'];

describe('Cilium 1.17, unlike 1.18,', () => {
  test.each([
    ['obeys hints whatever the Service says', '', both(), TO_ZONE, TO_ALL],
    ['obeys hints with PreferSameZone', 'trafficDistribution: PreferSameZone', both(), TO_ZONE, TO_ALL],
    [
      'puts hints aside where outside traffic is local',
      'type: NodePort\nexternalTrafficPolicy: Local\ntrafficDistribution: PreferClose',
      both(),
      TO_ALL,
      TO_ZONE,
    ],
    ['reads slices with the headless label', '', [{ ...both()[0], proxied: false } as EndpointSlice], TO_ZONE, []],
  ])('%s', (_fact, spec, slices, in17, in18) => {
    expect(addresses('cilium@1.17', spec, slices)).toEqual(in17);
    expect(addresses('cilium@1.18', spec, slices)).toEqual(in18);
  });

  test('does not count an endpoint that serves nothing, as 1.18 does not and 1.19 does', () => {
    const slices = both([HERE, THERE, endpoint('10.0.0.3', 'n2', UNREADY)]);
    const close = 'trafficDistribution: PreferClose';
    expect(addresses('cilium@1.17', close, slices)).toEqual(TO_ZONE);
    expect(addresses('cilium@1.18', close, slices)).toEqual(TO_ZONE);
    expect(addresses('cilium@1.19', close, slices)).toEqual(TO_ALL);
    expect(addresses('cilium@1.20', close, slices)).toEqual(TO_ZONE);
  });
});
