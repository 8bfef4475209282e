import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unknownFields } from '../../src/admission/unknown-fields.ts';
import { serviceFields } from '../../src/model/service-fields.ts';

/** The JSON names of k8s.io/api's core/v1 Service, by minor version; test/schema-oracle/fields prints them. */
const UPSTREAM: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../schema-oracle/fixtures/service-fields.json'), 'utf8'),
);

test.each(Object.keys(UPSTREAM))('knows the fields of Kubernetes 1.%s', minor => {
  expect(serviceFields(Number(minor))).toEqual(UPSTREAM[minor]);
});

describe('suggests what is probably meant', () => {
  test.each([
    [{ spec: { internalTraficPolicy: 'Local' } }, 'spec.internalTraficPolicy', 'spec.internalTrafficPolicy'],
    [{ internalTrafficPolicy: 'Local' }, 'internalTrafficPolicy', 'spec.internalTrafficPolicy'],
    [{ spec: { ports: [{}, { nodeport: 1 }] } }, 'spec.ports[1].nodeport', 'spec.ports[1].nodePort'],
    [{ spec: { annotations: {} } }, 'spec.annotations', 'metadata.annotations'],
    [{ metadata: { ports: [] } }, 'metadata.ports', 'spec.ports'],
    [
      { spec: { sessionAffinityConfig: { clientIp: {} } } },
      'spec.sessionAffinityConfig.clientIp',
      'spec.sessionAffinityConfig.clientIP',
    ],
    [{ meta: {} }, 'meta', null],
  ])('%j', (raw, path, suggestion) => {
    expect(unknownFields(raw, 37)).toEqual([{ path, kind: 'field', suggestion }]);
  });
});

test('accepts any keys in maps, and any JSON', () => {
  expect(unknownFields({ metadata: { labels: { any: 'x' }, managedFields: [{ fieldsV1: { x: 1 } }] } }, 37)).toEqual(
    [],
  );
  for (const raw of [null, 5, 'x', [], { spec: [] }, { spec: { ports: 'x' } }, { metadata: null }])
    expect(unknownFields(raw, 37)).toEqual([]);
});

test('reports names of JavaScript objects like others', () => {
  expect(unknownFields(JSON.parse('{"__proto__": 1, "constructor": 2}'), 37).map(({ path }) => path)).toEqual([
    '__proto__',
    'constructor',
  ]);
});

test('reports at most 20', () => {
  const spec = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, i]));
  expect(unknownFields({ spec }, 37)).toHaveLength(20);
});
