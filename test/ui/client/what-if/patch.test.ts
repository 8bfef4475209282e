import { describe, expect, test } from 'vitest';
import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../../../src/model/service.ts';
import { patchCommand, patchFor } from '../../../../src/ui/client/what-if/patch.ts';
import { AS_IT_IS } from '../../../../src/ui/client/what-if/scenario.ts';
import { SAMPLE, serviceStateOf } from '../../../support/builders.ts';

const WEB = serviceStateOf(SAMPLE, 'shop/web');

describe('the patch', () => {
  test('sets and removes fields', () => {
    const fields = { internalTrafficPolicy: 'Local', trafficDistribution: null };
    expect(patchFor(WEB.service, { ...AS_IT_IS, fields })).toEqual({
      spec: { internalTrafficPolicy: 'Local', trafficDistribution: null },
    });
  });

  test('removes topology-mode under both of its keys', () => {
    const annotations = { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: 'auto', [TOPOLOGY_MODE_ANNOTATION]: 'auto' };
    const service = { ...WEB.service, annotations };
    const fields = { topologyMode: 'Auto' };
    expect(patchFor(service, { ...AS_IT_IS, fields: { topologyMode: null } })).toEqual({
      metadata: { annotations: { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: null, [TOPOLOGY_MODE_ANNOTATION]: null } },
    });
    expect(patchFor(service, { ...AS_IT_IS, fields })).toEqual({
      metadata: { annotations: { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: null, [TOPOLOGY_MODE_ANNOTATION]: 'Auto' } },
    });
  });

  test('is null for changes outside the fields of the Service', () => {
    expect(patchFor(WEB.service, { ...AS_IT_IS, minor: 30, drained: ['worker-a1'], endpoints: { 'zone-a': 1 } })).toBe(
      null,
    );
  });

  test('is one shell word for any names', () => {
    const service = { ...WEB.service, name: `a'; rm -rf /; '`, namespace: 'shop' };
    expect(patchCommand(service, { spec: { internalTrafficPolicy: `o'clock $(x)` } })).toBe(
      `kubectl patch service 'a'\\''; rm -rf /; '\\''' -n shop --type=merge -p '{"spec":{"internalTrafficPolicy":"o'\\''clock $(x)"}}'`,
    );
  });
});
