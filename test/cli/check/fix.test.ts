import { describe, expect, test } from 'vitest';
import { diffOf, fixFiles } from '../../../src/cli/check/fix.ts';
import { readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import { ASSUMED_KUBE_PROXY } from '../../../src/model/data-plane.ts';

const facts = { version: { minor: 37 }, dataPlanes: ASSUMED_KUBE_PROXY, now: Date.now(), topologyAgeSeconds: 0 };

function fix(text: string, cluster = '') {
  const topology = readManifests({ name: 'cluster.yaml', text: cluster, unknownDocuments: 'refuse' });
  const { files, errors } = fixFiles([{ name: 'web.yaml', text, unknownDocuments: 'refuse' }], {
    cluster: topology,
    facts,
    policy: DEFAULT_POLICY,
  });
  expect(errors).toEqual([]);
  return files;
}

const AGENT = `kind: Service
metadata: { name: agent }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local # close by
`;

const CLUSTER = `kind: Node
metadata: { name: n1, labels: { topology.kubernetes.io/zone: a } }
status: { conditions: [{ type: Ready, status: "True" }] }
---
kind: Node
metadata: { name: n2, labels: { topology.kubernetes.io/zone: b } }
status: { conditions: [{ type: Ready, status: "True" }] }
---
kind: EndpointSlice
metadata:
  name: agent-1
  labels: { kubernetes.io/service-name: agent, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ name: "", port: 4317 }]
endpoints: [{ addresses: [10.0.0.1], nodeName: n1, conditions: { ready: true } }]
`;

describe('check --fix', () => {
  test('applies the simulated fix and keeps comments', () => {
    const [file] = fix(AGENT, CLUSTER);
    expect(file?.after).toBe(
      AGENT.replace('Local # close by\n', 'Cluster # close by\n  trafficDistribution: PreferSameNode\n'),
    );
    expect(file?.appliedFixes).toEqual([
      expect.stringMatching(/^default\/agent: .* \[local-policy-uncovered-nodes\]$/),
    ]);
  });

  test('changes nothing without findings, or without a cluster', () => {
    expect(fix(AGENT)).toEqual([]);
    expect(fix(AGENT.replace('Local', 'Cluster'), CLUSTER)).toEqual([]);
  });

  test('does not fix infos: a mesh may read the field of a headless Service', () => {
    expect(
      fix('kind: Service\nmetadata: {name: db}\nspec: {clusterIP: None, trafficDistribution: PreferSameZone}\n'),
    ).toEqual([]);
  });

  test('continues until no fix is left', () => {
    const text = `kind: Service
metadata:
  name: web
  annotations:
    service.kubernetes.io/topology-mode: AUTO
spec:
  clusterIP: None
  ports: [{ port: 80 }]
  internalTrafficPolicy: Local
`;
    const [file] = fix(text);
    expect(file?.after).toContain('topology-mode: Auto');
    expect(file?.after).not.toContain('internalTrafficPolicy');
    expect(file?.appliedFixes).toHaveLength(2);
  });

  test('prints a diff for patch', () => {
    const [file] = fix(AGENT, CLUSTER);
    if (!file) throw new Error('nothing was fixed');
    expect(diffOf(file)).toMatch(/^--- web\.yaml\n\+\+\+ web\.yaml\n@@ -4,3 \+4,4 @@\n/);
    expect(diffOf(file)).toContain('\n+  trafficDistribution: PreferSameNode\n');
  });
});
