import { expect, test } from 'vitest';
import { readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../../src/cluster/manifests/manifest-topology.ts';

const topology = (text: string) => new ManifestTopology(readManifests({ name: 'c', text, unknownDocuments: 'refuse' }));

const SERVICE =
  'kind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n';
const SLICE = `---
kind: EndpointSlice
metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
endpoints: [{ addresses: [10.1.0.1], nodeName: n1 }]
`;
const POD = `---
kind: Pod
metadata: { name: web-a, namespace: shop, labels: { app: web } }
spec: { nodeName: n2 }
status: { podIP: 10.1.0.2 }
`;

test('finds and lists the objects of the manifests', () => {
  const found = topology(`kind: Node\nmetadata: { name: n1 }\n---\n${SERVICE}${SLICE}`);
  expect(found.nodes().map(({ name }) => name)).toEqual(['n1']);
  expect([found.node('n1')?.name, found.node('n2')]).toEqual(['n1', undefined]);
  expect(found.services().map(({ name }) => name)).toEqual(['web']);
  expect([found.service('shop', 'web')?.name, found.service('default', 'web')]).toEqual(['web', undefined]);
  expect(found.slices('shop', 'web').map(({ name }) => name)).toEqual(['web-1']);
  expect(found.slices('default', 'web')).toEqual([]);
});

test("applies the API server's defaults to Services", () => {
  expect(topology(SERVICE).service('shop', 'web')).toMatchObject({
    type: 'ClusterIP',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    ipFamilies: ['IPv4'],
  });
});

test('derives slices from Pods only if there are none', () => {
  const nodesOf = (text: string) =>
    topology(text)
      .slices('shop', 'web')
      .flatMap(({ endpoints }) => endpoints.map(({ nodeName }) => nodeName));
  expect(nodesOf(SERVICE + POD)).toEqual(['n2']);
  expect(nodesOf(SERVICE + SLICE + POD)).toEqual(['n1']);
});

test('keeps the last of several objects of one name, and both for different kinds', () => {
  const text = `kind: Node\nmetadata: { name: a, labels: { v: "1" } }\n---\nkind: Node\nmetadata: { name: a, labels: { v: "2" } }\n---\nkind: Pod\nmetadata: { name: a }\n`;
  expect(topology(text).nodes()).toMatchObject([{ name: 'a', labels: { v: '2' } }]);
});

test('returns workloads and labels by namespace', () => {
  const found = topology(
    'kind: Namespace\nmetadata: { name: shop, labels: { team: a } }\n---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: agent, namespace: shop }\n',
  );
  expect(found.workloads('shop')).toMatchObject([{ kind: 'DaemonSet', name: 'agent' }]);
  expect(found.workloads('default')).toEqual([]);
  expect({ ...found.namespaceLabels('shop') }).toEqual({ team: 'a' });
  expect(found.namespaceLabels('default')).toEqual({});
});

test('ignores kinds of the same name in other API groups', () => {
  const found = topology(
    'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: web }\n---\napiVersion: metrics.k8s.io/v1\nkind: Node\nmetadata: { name: n1 }\n',
  );
  expect([found.services(), found.nodes()]).toEqual([[], []]);
});

test('returns the same list of Nodes on each call', () => {
  const found = topology('kind: Node\nmetadata: { name: n1 }\n');
  expect(found.nodes()).toBe(found.nodes());
});
