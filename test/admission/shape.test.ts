import { describe, expect, test } from 'vitest';
import { fieldShapeErrors } from '../../src/admission/shape.ts';

const service = (part: object) => ({ kind: 'Service', metadata: { name: 'web' }, ...part });

describe('fields of a wrong type are reported with the expected one', () => {
  test.each([
    [{ spec: [] }, 'spec: expected an object, found a list'],
    [{ spec: 'x' }, 'spec: expected an object, found "x"'],
    [{ spec: { ports: 'x' } }, 'spec.ports: expected a list of objects, found "x"'],
    [{ spec: { ports: [80] } }, 'spec.ports: expected a list of objects, found a list'],
    [{ spec: { type: 5 } }, 'spec.type: expected a string, found 5'],
    [{ spec: { selector: 'app=web' } }, 'spec.selector: expected a map of strings, found "app=web"'],
    [{ spec: { selector: { app: 1 } } }, 'spec.selector: expected a map of strings, found app: 1'],
    [{ spec: { externalIPs: '192.0.2.1' } }, 'spec.externalIPs: expected a list of strings, found "192.0.2.1"'],
    [{ spec: { ipFamilies: [4] } }, 'spec.ipFamilies: expected a list of strings, found a list'],
    [{ metadata: { annotations: 5 } }, 'metadata.annotations: expected a map of strings, found 5'],
    [{ metadata: { labels: { version: 1.5 } } }, 'metadata.labels: expected a map of strings, found version: 1.5'],
    [{ metadata: { annotations: { on: true } } }, 'metadata.annotations: expected a map of strings, found on: true'],
  ])('%j', (part, expected) => {
    expect(fieldShapeErrors(service(part)).map(({ path, expected }) => `${path}: ${expected}`)).toEqual([expected]);
  });
});

test.each([
  {},
  { spec: null, metadata: null },
  { metadata: { labels: null, annotations: null }, spec: { selector: null, ports: null } },
  // A template without a value produces null, which the API server reads as the empty string.
  { metadata: { labels: { 'app.kubernetes.io/version': null } } },
  { spec: { ports: [{}], selector: {}, externalIPs: [] } },
])('absent, null and empty fields are valid: %j', part => {
  expect(fieldShapeErrors(service(part))).toEqual([]);
});
