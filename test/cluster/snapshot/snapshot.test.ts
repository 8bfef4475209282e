import { describe, expect, test } from 'vitest';
import { factsManifest, snapshotFacts } from '../../../src/cluster/snapshot/facts.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../../../src/cluster/snapshot/to-manifest.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../../src/model/projection.ts';
import { cases, findings, read, snapshotOf } from './snapshot-cases.ts';

describe('a snapshot', () => {
  test('gives the findings of the cluster itself', async () => {
    let compared = 0;
    for (const { file, manifests, facts } of cases) {
      const there = findings(manifests, facts);
      const here = findings(read(await snapshotOf(manifests)), facts);
      expect({ findings: here.findings, skipped: here.skipped }, file).toEqual({
        findings: there.findings,
        skipped: there.skipped,
      });
      compared += there.findings.length;
    }
    expect(cases.length).toBeGreaterThan(200);
    expect(compared).toBeGreaterThan(200);
  });

  test('is read back without a loss: Nodes, Services and slices keep every field of the model', () => {
    for (const { kind, raw } of cases.flatMap(({ manifests }) => manifests)) {
      const again = (manifest: object) => JSON.parse(JSON.stringify(manifest));
      if (kind === 'Node') {
        const node = projectNode(raw);
        expect(projectNode(again(nodeManifest(node)))).toEqual(node);
      } else if (kind === 'Service') {
        const service = projectService(raw);
        expect(projectService(again(serviceManifest(service)))).toEqual(service);
      } else if (kind === 'EndpointSlice') {
        const slice = projectEndpointSlice(raw);
        expect(projectEndpointSlice(again(sliceManifest(slice)))).toEqual(slice);
      }
    }
  });

  test("keeps the labels of Services, and of Nodes those that select a Service's client nodes", async () => {
    const text = await snapshotOf(
      read(`kind: Node
metadata: { name: n1, labels: { pool: web, team: secret, kubernetes.io/hostname: n1 } }
---
kind: Service
metadata: { name: a, labels: { team: shop }, annotations: { note: secret, zonewise.dev/client-nodes: "pool in (web, db)" } }
---
kind: EndpointSlice
metadata: { name: nobodys, annotations: { note: secret } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.1] }]
`),
    );
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).items.map(({ kind }: { kind: string }) => kind)).toEqual(['Service', 'Node']);
    const labels = JSON.parse(text).items.map(({ metadata }: { metadata: { labels: object } }) => metadata.labels);
    expect(labels).toEqual([{ team: 'shop' }, { pool: 'web' }]);
  });

  test('keeps annotations that affect a result', async () => {
    const annotations = [
      'service.kubernetes.io/topology-mode',
      'service.kubernetes.io/topology-aware-hints',
      'zonewise.dev/ignore',
      'zonewise.dev/ignore-reason',
      'zonewise.dev/ignore-until',
      'zonewise.dev/client-nodes',
      'cloud.google.com/neg',
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type',
      'service.beta.kubernetes.io/aws-load-balancer-type',
      'service.beta.kubernetes.io/backend-type',
      'service.cloud.tencent.com/direct-access',
      'kube-vip.io/loadbalancerIPs',
      'kube-vip.io/vipHost',
      'external-dns.alpha.kubernetes.io/hostname',
      'service.cilium.io/node',
      'service.cilium.io/node-selector',
      'service.cilium.io/type',
    ];
    const metadata = { name: 'a', annotations: Object.fromEntries(annotations.map(key => [key, 'x'])) };
    const text = await snapshotOf(read(JSON.stringify({ kind: 'Service', metadata })));
    expect(JSON.parse(text).items[0].metadata.annotations).toEqual(metadata.annotations);
  });

  test('has version, time and what could not be read; without its facts there are none', () => {
    const facts = {
      version: { minor: 34 },
      unreadable: ['DaemonSet kube-system/cilium'],
      takenAt: Date.parse('2026-06-01T12:00:00Z'),
    } as const;
    expect(snapshotFacts(read(JSON.stringify(factsManifest(facts))))).toEqual(facts);
    expect(snapshotFacts(read('kind: Node\nmetadata: { name: n1 }\n'))).toBeNull();
    const broken = { ...factsManifest(facts), kubernetesVersion: 'new' };
    expect(() => snapshotFacts(read(JSON.stringify(broken)))).toThrow(
      /^cluster\.yaml:1: ClusterSnapshot: expected takenAt/,
    );
  });
});
