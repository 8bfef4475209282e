import { describe, expect, test } from 'vitest';
import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../../../src/model/service.ts';
import { mergePatchFor, servicePatchCommand } from '../../../../src/ui/client/what-if/patch.ts';
import { NO_CHANGES } from '../../../../src/ui/client/what-if/scenario.ts';
import { SAMPLE, serviceStateOf } from '../../../support/builders.ts';

const WEB = serviceStateOf(SAMPLE, 'shop/web');

describe('the patch', () => {
  test('sets and removes fields', () => {
    const fields = { internalTrafficPolicy: 'Local', trafficDistribution: null };
    expect(mergePatchFor(WEB.service, { ...NO_CHANGES, fields })).toEqual({
      spec: { internalTrafficPolicy: 'Local', trafficDistribution: null },
    });
  });

  test('removes topology-mode under both of its keys', () => {
    const annotations = { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: 'auto', [TOPOLOGY_MODE_ANNOTATION]: 'auto' };
    const service = { ...WEB.service, annotations };
    const fields = { topologyMode: 'Auto' };
    expect(mergePatchFor(service, { ...NO_CHANGES, fields: { topologyMode: null } })).toEqual({
      metadata: { annotations: { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: null, [TOPOLOGY_MODE_ANNOTATION]: null } },
    });
    expect(mergePatchFor(service, { ...NO_CHANGES, fields })).toEqual({
      metadata: { annotations: { [TOPOLOGY_AWARE_HINTS_ANNOTATION]: null, [TOPOLOGY_MODE_ANNOTATION]: 'Auto' } },
    });
  });

  test('is null for changes outside the fields of the Service', () => {
    expect(
      mergePatchFor(WEB.service, { ...NO_CHANGES, minor: 30, drained: ['worker-a1'], endpoints: { 'zone-a': 1 } }),
    ).toBe(null);
  });

  test('is one shell word for any names', () => {
    const service = { ...WEB.service, name: `a'; rm -rf /; '`, namespace: 'shop' };
    expect(servicePatchCommand(service, { spec: { internalTrafficPolicy: `o'clock $(x)` } })).toBe(
      `kubectl patch service 'a'\\''; rm -rf /; '\\''' -n shop --type=merge -p '{"spec":{"internalTrafficPolicy":"o'\\''clock $(x)"}}'`,
    );
  });
});
