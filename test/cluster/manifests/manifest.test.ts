import { describe, expect, test } from 'vitest';
import { readManifests, segments } from '../../../src/cluster/manifests/manifest.ts';

const read = (text: string, unknownDocuments: 'refuse' | 'ignore' = 'refuse') =>
  readManifests({ name: 'web.yaml', text, unknownDocuments });

const YAML = `# the shop
kind: Service
metadata:
  name: web
  annotations:
    service.kubernetes.io/topology-mode: Auto
    other: x
spec:
  ports:
    - name: http
      port: 80
    - { name: https, port: 443 }
  internalTrafficPolicy:
    Local
`;

describe('finds a field on the line of its name', () => {
  test.each([
    ['metadata.name', 4],
    ['metadata.annotations["service.kubernetes.io/topology-mode"]', 6],
    ['spec', 8],
    ['spec.ports', 9],
    ['spec.ports[0].port', 11],
    ['spec.ports[1].name', 12],
    ['spec.internalTrafficPolicy', 13],
    ['spec.trafficDistribution', 9],
    ['status.loadBalancer', 2],
    ['spec.ports[7].port', 10],
  ])('%s on line %i', (path, line) => {
    expect(read(YAML)[0]?.lineOf(path)).toBe(line);
  });

  test.each([
    ['metadata.name', 4],
    ['spec.ports[1].port', 13],
    ['spec.internalTrafficPolicy', 16],
  ])('in JSON too: %s on line %i', (path, line) => {
    const text = `{
  "kind": "Service",
  "metadata": {
    "name": "web"
  },
  "spec": {
    "ports": [
      {
        "port": 80
      },
      {
        "name": "https",
        "port": 443
      }
    ],
    "internalTrafficPolicy": "Local"
  }
}`;
    expect(read(text)[0]?.lineOf(path)).toBe(line);
  });
});

test.each([
  ['spec.type', ['spec', 'type']],
  ['spec.ports[0].nodePort', ['spec', 'ports', '0', 'nodePort']],
  ['metadata.annotations["a.b/c"]', ['metadata', 'annotations', 'a.b/c']],
  ['metadata.annotations[""]', ['metadata', 'annotations', '']],
])('splits %s into the segments %j', (path, expected) => {
  expect(segments(path)).toEqual(expected);
});

describe('identifies an object by kind, namespace and name', () => {
  test.each([
    ['kind: Service\nmetadata: { name: web }', 'Service default/web'],
    ['kind: Service\nmetadata: { name: web, namespace: shop }', 'Service shop/web'],
    ['kind: Service\nmetadata: { generateName: web- }', 'Service default/web-'],
    ['apiVersion: v1\nkind: Service\nmetadata: { name: web }', 'Service default/web'],
    ['apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }', 'Deployment default/web'],
    ['apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: web }', 'EndpointSlice default/web'],
    [
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: web }',
      'Service.serving.knative.dev default/web',
    ],
    ['{"apiVersion":"metrics.k8s.io/v1","kind":"Node","metadata":{"name":"n"}}', 'Node.metrics.k8s.io default/n'],
  ])('%j', (text, expected) => {
    expect(read(text).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([expected]);
  });
});

test('keeps files, start lines and raw objects', () => {
  const [first, second] = read('kind: A\nmetadata: { name: a }\n---\n# two\nkind: B\nmetadata: { name: b }\n');
  expect(first).toMatchObject({ file: 'web.yaml', line: 1, raw: { kind: 'A', metadata: { name: 'a' } } });
  expect(second).toMatchObject({ file: 'web.yaml', line: 5 });
});

test.each(['', '\n', '# only a comment\n', '---\n', '---\n# Source: x\n---\n', 'null\n', '{"kind":"List","items":[]}'])(
  'finds no objects in %j',
  text => {
    expect(read(text)).toEqual([]);
  },
);

test.each(['5\n', '- 1\n', 'a: 1\n', '{"name": "x"}', '{"kind": 5}', 'kind: [x]\n'])(
  'rejects an unknown document, or skips it in a folder: %j',
  text => {
    expect(() => read(text)).toThrow(/^web.yaml:1: not a Kubernetes object/);
    expect(read(text, 'ignore')).toEqual([]);
  },
);

test('rejects broken YAML even in a folder, because skipping it would look like success', () => {
  expect(() => read('a: [1,\n', 'ignore')).toThrow(/^web.yaml:\d+: not YAML/);
});

test('accepts a byte order mark', () => {
  const mark = String.fromCharCode(0xfeff);
  expect(read(`${mark}kind: A\nmetadata: { name: a }\n`)).toMatchObject([{ kind: 'A' }]);
  expect(read(`${mark}{"kind":"A","metadata":{"name":"a"}}`)).toMatchObject([{ kind: 'A' }]);
});

test('reads YAML 1.1 boolean words as kubectl does', () => {
  expect(read('kind: A\nmetadata: { name: a, labels: { a: off, b: "no" } }\n')[0]?.raw).toMatchObject({
    metadata: { labels: { a: false, b: 'no' } },
  });
  expect(() => read('kind: A\nmetadata: { name: on }\n')).toThrow('metadata.name is true; expected a string');
});

test('reads five thousand JSON objects without computing a line number', () => {
  const items = Array.from({ length: 5000 }, (_, i) => ({ kind: 'Node', metadata: { name: `n${i}` } }));
  const manifests = read(JSON.stringify({ kind: 'List', items }));
  expect([manifests.length, manifests[4999]?.name]).toEqual([5000, 'n4999']);
});

describe('a List', () => {
  test.each(['{"kind":"List","items":null}', 'kind: ServiceList\nitems: null\n', 'kind: List\nitems: []\n'])(
    'without items is empty: %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );

  test.each(['kind: List\n', '{"kind":"List"}', 'kind: ServiceList\nitems: { a: 1 }\n'])(
    'with invalid items is rejected: %j',
    text => {
      expect(() => read(text)).toThrow(/^web\.yaml:1: (Service)?List: items is not a list$/);
    },
  );

  test('is not assumed for a foreign kind that ends in List', () => {
    expect(read('kind: AllowList\nmetadata: { name: a }\n')).toMatchObject([{ kind: 'AllowList', name: 'a' }]);
  });
});

describe('a namespace given by the caller', () => {
  const inShop = (text: string) => readManifests({ name: 'a', text, unknownDocuments: 'refuse', namespace: 'shop' });

  test.each(['kind: Service\nmetadata: { name: web }\n', '{"kind":"Service","metadata":{"name":"web"}}'])(
    'applies to objects without one, also in the raw object: %j',
    text => {
      expect(inShop(text)).toMatchObject([{ namespace: 'shop', raw: { metadata: { namespace: 'shop' } } }]);
    },
  );

  test('does not apply to objects that have one, or cannot have one', () => {
    expect(inShop('kind: Service\nmetadata: { name: web, namespace: data }\n')).toMatchObject([{ namespace: 'data' }]);
    const [node] = inShop('kind: Node\nmetadata: { name: n1 }\n');
    expect(node?.raw).toEqual({ kind: 'Node', metadata: { name: 'n1' } });
  });
});
