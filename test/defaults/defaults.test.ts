import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trafficFieldViolations } from '../../src/admission/violations.ts';
import type { DefaultSet } from '../../src/defaults/defaults.ts';
import { defaultsFor, jsonPatchFor } from '../../src/defaults/defaults.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { projectService } from '../../src/model/projection.ts';
import { TOPOLOGY_MODE_ANNOTATION } from '../../src/model/service.ts';

type Raw = { metadata: Record<string, unknown>; spec: Record<string, unknown> };

function serviceOf(spec: Record<string, unknown>, annotations: Record<string, string> = {}): Raw {
  return { metadata: { name: 'web', namespace: 'shop', annotations }, spec: { ports: [{ port: 80 }], ...spec } };
}

function apply(raw: Raw, blocks: readonly DefaultSet[], minor = 37): Raw {
  const service = applyApiDefaults(projectService(raw));
  // The API server sends a Service with defaults, but without allocated values, to a mutating webhook.
  const sent = { ...raw, spec: { ...raw.spec, internalTrafficPolicy: service.internalTrafficPolicy } };
  const operations = jsonPatchFor(service, defaultsFor(service, blocks, { minor }));
  const spec: Record<string, unknown> = { ...sent.spec };
  for (const { path, value } of operations) spec[path.slice('/spec/'.length)] = value;
  return { ...sent, spec };
}

const set = (fields: DefaultSet['set'], overApiDefault = false): DefaultSet => ({ set: fields, overApiDefault });
const SAME_ZONE = [set({ trafficDistribution: 'PreferSameZone' })];

describe('a default is set', () => {
  test('if the author left the field unset', () => {
    expect(apply(serviceOf({}), SAME_ZONE).spec['trafficDistribution']).toBe('PreferSameZone');
  });

  test('over the default of the API server if the configuration allows it', () => {
    const local = { internalTrafficPolicy: 'Local' };
    expect(apply(serviceOf({}), [set(local)]).spec['internalTrafficPolicy']).toBe('Cluster');
    expect(apply(serviceOf({}), [set(local, true)]).spec['internalTrafficPolicy']).toBe('Local');
  });

  test('by the first block that can set it', () => {
    const blocks = [set({ trafficDistribution: 'PreferSameNode' }), ...SAME_ZONE];
    expect(apply(serviceOf({}), blocks).spec['trafficDistribution']).toBe('PreferSameNode');
    expect(apply(serviceOf({}), [...blocks].reverse()).spec['trafficDistribution']).toBe('PreferSameZone');
  });
});

describe('a default is not set', () => {
  test.each([
    ['over a value of the author', serviceOf({ trafficDistribution: 'PreferClose' }), 37, 'PreferClose'],
    ['beside topology-mode Auto', serviceOf({}, { [TOPOLOGY_MODE_ANNOTATION]: 'Auto' }), 37, undefined],
    ['if a Local policy leaves nothing to steer', serviceOf({ internalTrafficPolicy: 'Local' }), 37, undefined],
    ['on a headless Service', serviceOf({ clusterIP: 'None' }), 37, undefined],
    ['on an ExternalName Service', serviceOf({ type: 'ExternalName' }), 37, undefined],
    ['if the version lacks the value', serviceOf({}), 33, undefined],
    ['if the version drops the field', serviceOf({}), 30, undefined],
  ])('%s', (_, raw, minor, expected) => {
    expect(apply(raw, SAME_ZONE, minor).spec['trafficDistribution']).toBe(expected);
  });

  test('to Local for outside traffic if the Service gets none', () => {
    const blocks = [set({ externalTrafficPolicy: 'Local' }, true)];
    expect(apply(serviceOf({}), blocks).spec['externalTrafficPolicy']).toBeUndefined();
    expect(apply(serviceOf({ type: 'NodePort' }), blocks).spec['externalTrafficPolicy']).toBe('Local');
  });

  test('to Local for Pods beside a trafficDistribution of the author', () => {
    const raw = serviceOf({ trafficDistribution: 'PreferClose' });
    expect(apply(raw, [set({ internalTrafficPolicy: 'Local' }, true)]).spec['internalTrafficPolicy']).toBe('Cluster');
  });
});

const POLICY = fc.constantFrom(undefined, 'Cluster', 'Local');
const DISTRIBUTION = fc.constantFrom(undefined, 'PreferClose', 'PreferSameZone', 'PreferSameNode');
const services = fc
  .record({
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    internalTrafficPolicy: POLICY,
    trafficDistribution: DISTRIBUTION,
    clusterIP: fc.constantFrom(undefined, 'None'),
    mode: fc.constantFrom(undefined, 'Auto', 'Disabled'),
  })
  .filter(({ type, clusterIP }) => clusterIP === undefined || type === 'ClusterIP')
  .map(({ mode, ...spec }) =>
    serviceOf(
      Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)),
      mode === undefined ? {} : { [TOPOLOGY_MODE_ANNOTATION]: mode },
    ),
  );
const blocks = fc.array(
  fc.record({
    set: fc.record(
      {
        trafficDistribution: fc.constantFrom('PreferClose', 'PreferSameZone', 'PreferSameNode'),
        internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
        externalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
      },
      { requiredKeys: [] },
    ),
    overApiDefault: fc.boolean(),
  }),
  { maxLength: 4 },
);

describe('for any Service and any configuration', () => {
  test('a second round of defaults changes nothing', () => {
    fc.assert(
      fc.property(services, blocks, fc.integer({ min: 28, max: 37 }), (raw, sets, minor) => {
        const once = apply(raw, sets, minor);
        expect(apply(once, sets, minor)).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });

  test('the API server still accepts the Service, and no value of the author changes', () => {
    fc.assert(
      fc.property(services, blocks, fc.integer({ min: 31, max: 37 }), (raw, sets, minor) => {
        if (trafficFieldViolations(raw, minor).length > 0) return;
        const after = apply(raw, sets, minor);
        expect(trafficFieldViolations(after, minor)).toEqual([]);
        const { trafficDistribution, internalTrafficPolicy } = raw.spec;
        if (trafficDistribution) expect(after.spec['trafficDistribution']).toBe(trafficDistribution);
        if (internalTrafficPolicy === 'Local') expect(after.spec['internalTrafficPolicy']).toBe('Local');
      }),
      { numRuns: 1000 },
    );
  });
});
