import { describe, expect, test } from 'vitest';
import { objectShapeError } from '../../../src/cluster/manifests/object-shape.ts';

const service = (part: object) => ({ kind: 'Service', metadata: { name: 'web' }, ...part });

describe('fields of a wrong type are reported with the expected one', () => {
  test.each([
    [{ spec: [] }, 'spec: expected an object, found a list'],
    [{ spec: 'x' }, 'spec: expected an object, found "x"'],
    [{ spec: { ports: 'x' } }, 'spec.ports: expected a list of objects, found "x"'],
    [{ metadata: [] }, 'metadata: expected an object, found a list'],
    [{ spec: { ports: [{ port: 80 }, 5] } }, 'spec.ports[1]: expected an object, found 5'],
    [{ spec: { ports: [null] } }, 'spec.ports[0]: expected an object, found nothing'],
    [{ spec: { ports: [{ port: 'abc' }] } }, 'spec.ports[0].port: expected a port from 1 to 65535, found "abc"'],
    [{ spec: { ports: [{ port: 99999999 }] } }, 'spec.ports[0].port: expected a port from 1 to 65535, found 99999999'],
    [{ spec: { ports: [{ port: 0 }] } }, 'spec.ports[0].port: expected a port from 1 to 65535, found 0'],
    [{ spec: { type: 5 } }, 'spec.type: expected a string, found 5'],
    [{ spec: { selector: 'app=web' } }, 'spec.selector: expected a map of strings, found "app=web"'],
    [{ spec: { selector: { app: 1 } } }, 'spec.selector: expected a map of strings, found app: 1'],
    [{ spec: { externalIPs: '192.0.2.1' } }, 'spec.externalIPs: expected a list of strings, found "192.0.2.1"'],
    [{ spec: { ipFamilies: [4] } }, 'spec.ipFamilies[0]: expected a string, found 4'],
    [{ metadata: { annotations: 5 } }, 'metadata.annotations: expected a map of strings, found 5'],
    [{ metadata: { labels: { version: 1.5 } } }, 'metadata.labels: expected a map of strings, found version: 1.5'],
    [{ metadata: { annotations: { on: true } } }, 'metadata.annotations: expected a map of strings, found on: true'],
  ])('%j', (part, expected) => {
    const error = objectShapeError('Service', service(part));
    expect(`${error?.path}: ${error?.expected}`).toBe(expected);
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
  expect(objectShapeError('Service', service(part))).toBeNull();
});

test.each([
  ['EndpointSlice', { endpoints: 5, ports: 'x' }, 'ports: expected a list of objects, found "x"'],
  ['EndpointSlice', { endpoints: 5 }, 'endpoints: expected a list of objects, found 5'],
  ['EndpointSlice', { endpoints: [{}, 3] }, 'endpoints[1]: expected an object, found 3'],
  ['EndpointSlice', { endpoints: [{ addresses: 5 }] }, 'endpoints[0].addresses: expected a list of strings, found 5'],
  ['EndpointSlice', { endpoints: [{ conditions: 7 }] }, 'endpoints[0].conditions: expected an object, found 7'],
  [
    'EndpointSlice',
    { endpoints: [{ conditions: { ready: 'yes' } }] },
    'endpoints[0].conditions.ready: expected true or false, found "yes"',
  ],
  [
    'EndpointSlice',
    { endpoints: [{ hints: { forZones: ['a'] } }] },
    'endpoints[0].hints.forZones[0]: expected an object, found "a"',
  ],
  ['Node', { metadata: { labels: 5 }, status: 3 }, 'metadata.labels: expected a map of strings, found 5'],
  ['Node', { status: 3 }, 'status: expected an object, found 3'],
  ['Node', { spec: { taints: {} } }, 'spec.taints: expected a list of objects, found an object'],
  ['Pod', { status: { podIPs: ['10.0.0.1'] } }, 'status.podIPs[0]: expected an object, found "10.0.0.1"'],
  ['Deployment', { spec: { replicas: 'three' } }, 'spec.replicas: expected a whole number, found "three"'],
])('%s %j', (kind, raw, expected) => {
  const error = objectShapeError(kind, raw);
  expect(`${error?.path}: ${error?.expected}`).toBe(expected);
});

test('objects of other kinds are not read', () => {
  expect(objectShapeError('ConfigMap', { spec: 5 })).toBeNull();
});
