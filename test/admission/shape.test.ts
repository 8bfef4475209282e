import { describe, expect, test } from 'vitest';
import { fieldShapeErrors } from '../../src/admission/shape.ts';

const service = (part: object) => ({ kind: 'Service', metadata: { name: 'web' }, ...part });

describe('where a manifest has not the shape of a Service it is told', () => {
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
  ])('%j', (part, said) => {
    expect(fieldShapeErrors(service(part)).map(({ path, expected }) => `${path}: ${expected}`)).toEqual([said]);
  });
});

test.each([
  {},
  { spec: null, metadata: null },
  { metadata: { labels: null, annotations: null }, spec: { selector: null, ports: null } },
  // What a template leaves behind where it has no value; the API server reads it as the empty string.
  { metadata: { labels: { 'app.kubernetes.io/version': null } } },
  { spec: { ports: [{}], selector: {}, externalIPs: [] } },
])('what is absent, null or empty has no wrong shape: %j', part => {
  expect(fieldShapeErrors(service(part))).toEqual([]);
});
