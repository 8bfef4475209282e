import { describe, expect, test } from 'vitest';
import { TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../../../src/model/service.ts';
import { changesOutsidePatch, mergePatchFor, servicePatchCommand } from '../../../../src/ui/client/what-if/patch.ts';
import { NO_CHANGES, type Scenario } from '../../../../src/ui/client/what-if/scenario.ts';
import { drains, SAMPLE, serviceStateOf } from '../../../support/builders.ts';

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
    expect(mergePatchFor(WEB.service, { ...NO_CHANGES, minor: 30, cluster: drains('worker-a1') })).toBe(null);
  });

  test('has beside it what a user can do outside the Service, and not what only happens', () => {
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const;
    const cluster: Scenario['cluster'] = [
      { kind: 'scale', workload, replicas: 7, staying: null },
      ...drains('worker-a1'),
      { kind: 'node-added', like: 'worker-b1' },
      { kind: 'zone-down', zone: 'zone-c' },
      { kind: 'pod-lost', address: '10.244.1.11' },
    ];
    expect(changesOutsidePatch({ ...NO_CHANGES, minor: 33, cluster })).toEqual([
      'Kubernetes 1.33: an upgrade or downgrade of the API server and of all nodes',
      'deployment/web has 7 Pods: kubectl scale, or the bounds of its autoscaler',
      'worker-a1 is drained: kubectl drain',
      'there is one more node like worker-b1: a change of the cluster',
    ]);
  });

  test('is one shell word for any names', () => {
    const service = { ...WEB.service, name: `a'; rm -rf /; '`, namespace: 'shop' };
    expect(servicePatchCommand(service, { spec: { internalTrafficPolicy: `o'clock $(x)` } })).toBe(
      `kubectl patch service 'a'\\''; rm -rf /; '\\''' -n shop --type=merge -p '{"spec":{"internalTrafficPolicy":"o'\\''clock $(x)"}}'`,
    );
  });
});
