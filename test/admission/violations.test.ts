import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trafficFieldViolations } from '../../src/admission/violations.ts';

const spec = (fields: object) => ({ metadata: { name: 'web' }, spec: fields });
const reasons = (raw: unknown, minor: number, old?: unknown) =>
  trafficFieldViolations(raw, minor, { old }).map(({ path, reason }) => `${path}: ${reason}`);

const localBalancer = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };

describe('an error has the text of the API server', () => {
  test.each([
    [
      31,
      { trafficDistribution: 'Near' },
      'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose"',
    ],
    [
      34,
      { trafficDistribution: '' },
      'spec.trafficDistribution: Unsupported value: "": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
    [
      37,
      { externalTrafficPolicy: 'Local' },
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ],
    [
      28,
      { externalTrafficPolicy: 'Local', externalIPs: ['192.0.2.7'] },
      "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set when `type` is 'NodePort' or 'LoadBalancer'",
    ],
    [
      37,
      { allocateLoadBalancerNodePorts: true },
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      37,
      { ...localBalancer, healthCheckNodePort: 70000 },
      'spec.healthCheckNodePort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [37, { internalTrafficPolicy: 5 }, 'spec.internalTrafficPolicy: Invalid value: 5: cannot be decoded as a string'],
    [
      37,
      { healthCheckNodePort: 2 ** 31 },
      'spec.healthCheckNodePort: Invalid value: 2147483648: cannot be decoded as an int32',
    ],
    [
      37,
      { sessionAffinityConfig: [] },
      'spec.sessionAffinityConfig: Invalid value: […]: cannot be decoded as an object',
    ],
    [37, { type: { a: 1 } }, 'spec.type: Invalid value: {…}: cannot be decoded as a string'],
  ])('1.%i %j', (minor, fields, expected) => {
    expect(reasons(spec(fields), minor)).toEqual([expected]);
  });

  test('with long values truncated and invisible characters escaped', () => {
    const [long] = reasons(spec({ internalTrafficPolicy: 'x'.repeat(1_000_000) }), 37);
    expect(long).toBe(
      `spec.internalTrafficPolicy: Unsupported value: "${'x'.repeat(57)}…": supported values: "Cluster", "Local"`,
    );
    const [hidden] = reasons(spec({ internalTrafficPolicy: 'a"\\\n\u001b[2J\u202eb\u{e0041}é' }), 37);
    expect(hidden).toContain(String.raw`"a\"\\\n\u001b[2J\u{202e}b\u{e0041}é":`);
    const [escapes] = reasons(spec({ internalTrafficPolicy: '\u0000'.repeat(100) }), 37);
    expect(escapes).toContain(`"${String.raw`\u0000`.repeat(9)}…":`);
  });
});

test('a value that cannot be decoded hides all other errors, as in the API server', () => {
  expect(reasons(spec({ type: 'Foo', internalTrafficPolicy: 'Near', publishNotReadyAddresses: 'yes' }), 37)).toEqual([
    'spec.publishNotReadyAddresses: Invalid value: "yes": cannot be decoded as a boolean',
  ]);
  expect(reasons({ spec: 5 }, 37)).toEqual(['spec: Invalid value: 5: cannot be decoded as an object']);
});

test('the two topology annotations must be equal, including case', () => {
  const annotated = (mode: unknown, hints: unknown) => ({
    metadata: {
      annotations: { 'service.kubernetes.io/topology-mode': mode, 'service.kubernetes.io/topology-aware-hints': hints },
    },
  });
  expect(reasons(annotated('Auto', 'Auto'), 37)).toEqual([]);
  expect(reasons(annotated('Auto', 'auto'), 37)).toEqual([
    'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
  ]);
});

test('a Service without spec, and one with only empty fields, is accepted', () => {
  for (const raw of [
    {},
    { spec: null },
    spec({}),
    spec({ type: '', externalTrafficPolicy: '', sessionAffinity: null }),
  ])
    expect(reasons(raw, 37)).toEqual([]);
});

test('unknown newer versions have no errors, and those before 1.28 are treated as 1.28', () => {
  const raw = spec({ internalTrafficPolicy: 'Near', externalTrafficPolicy: 'Local', externalIPs: ['192.0.2.7'] });
  expect(reasons(raw, 38)).toEqual([]);
  expect(reasons(raw, 21)).toEqual(reasons(raw, 28));
  expect(reasons(raw, 28)).toHaveLength(2);
});

describe('on an update', () => {
  const stored = spec({ ...localBalancer, healthCheckNodePort: 30123 });

  test('the health check port is immutable while it is needed, and keeps its value if it is unset', () => {
    expect(reasons(spec({ ...localBalancer, healthCheckNodePort: 30124 }), 37, stored)).toEqual([
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ]);
    expect(reasons(spec(localBalancer), 37, stored)).toEqual([]);
  });

  test('unchanged fields that do not apply to the new type are cleared', () => {
    const typeOnly = { ...stored.spec, allocateLoadBalancerNodePorts: true, type: 'ClusterIP' };
    expect(reasons(spec(typeOnly), 37, stored)).toEqual([]);
    expect(trafficFieldViolations(spec(typeOnly), 37).map(({ path }) => path)).toEqual([
      'spec.externalTrafficPolicy',
      'spec.healthCheckNodePort',
      'spec.allocateLoadBalancerNodePorts',
    ]);
  });

  test('an allocated port that the old manifest does not contain causes no error', () => {
    expect(reasons(spec({ ...localBalancer, healthCheckNodePort: 30124 }), 37, spec(localBalancer))).toEqual([]);
    expect(reasons(spec({ type: 'ClusterIP', healthCheckNodePort: 30124 }), 37, spec(localBalancer))).toEqual([]);
  });

  test('an old object of null is a CREATE', () => {
    expect(reasons(spec({ externalTrafficPolicy: 'Local' }), 37, null)).toHaveLength(1);
  });
});

describe('trafficDistribution before 1.31', () => {
  const near = spec({ trafficDistribution: 'PreferSameZone' });

  test('is dropped, not rejected: 1.29 lacks the field, and in 1.30 its gate is off', () => {
    expect(reasons(near, 29)).toEqual([]);
    expect(reasons(near, 30)).toEqual([]);
  });

  test('is kept and validated in 1.30 if the stored object has it', () => {
    const old = spec({ trafficDistribution: 'PreferClose' });
    expect(reasons(near, 30, old)).toEqual([
      'spec.trafficDistribution: Unsupported value: "PreferSameZone": supported values: "PreferClose"',
    ]);
  });

  test('is rejected in 1.30 and ignored in 1.29 if it is not a string', () => {
    const wrong = spec({ trafficDistribution: 5 });
    expect(reasons(wrong, 30)).toEqual(['spec.trafficDistribution: Invalid value: 5: cannot be decoded as a string']);
    expect(reasons(wrong, 29)).toEqual([]);
  });
});

test('any JSON is validated without an exception and not modified', () => {
  const field = fc.constantFrom(
    'type',
    'externalTrafficPolicy',
    'sessionAffinityConfig',
    'trafficDistribution',
    'externalIPs',
  );
  const service = fc.record({ metadata: fc.jsonValue(), spec: fc.dictionary(field, fc.jsonValue()) });
  const raw = fc.oneof(fc.jsonValue(), service);
  fc.assert(
    fc.property(raw, raw, fc.integer({ min: 27, max: 38 }), (given, old, minor) => {
      const before = JSON.stringify([given, old]);
      for (const { path, reason } of [...trafficFieldViolations(given, minor, { old })])
        expect(`${path}: ${reason}`).not.toMatch(/undefined|[\n\r]/);
      expect(JSON.stringify([given, old])).toBe(before);
    }),
    { numRuns: 300, seed: 1 },
  );
});
