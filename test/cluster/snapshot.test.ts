import { describe, expect, test } from 'vitest';
import { auditCluster } from '../../src/cli/audit.ts';
import type { Manifest } from '../../src/cluster/manifest.ts';
import { readManifests } from '../../src/cluster/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifest-topology.ts';
import type { Rewriting } from '../../src/cluster/snapshot.ts';
import { snapshotObjects } from '../../src/cluster/snapshot.ts';
import { Anonymizer } from '../../src/cluster/snapshot-anonymize.ts';
import { factsManifest, snapshotFacts } from '../../src/cluster/snapshot-facts.ts';
import { nodeManifest, serviceManifest, sliceManifest } from '../../src/cluster/snapshot-manifest.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/project.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { RULES } from '../../src/rules/index.ts';
import { DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import { healthyClusters } from '../healthy/cluster.ts';
import { fixtureFolders, readFixtures } from '../rules/fixture.ts';
import { clusterOf, factsOf, manifestsOf } from '../rules/judge.ts';

const RULE_IDS = RULES.map(({ id }) => id);
/** Every rule speaks, so that a snapshot cannot lose what a rule that is off would have seen. */
const LOUD = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(RULE_IDS.map(id => [id, { level: 'warn' as const, options: {} }])),
};

interface Case {
  readonly file: string;
  readonly manifests: readonly Manifest[];
  readonly facts: ClusterFacts;
}

const cases: readonly Case[] = [
  ...fixtureFolders().flatMap(rule => readFixtures(rule)),
  ...healthyClusters().map(({ fixture }) => fixture),
].map(fixture => ({
  file: fixture.file,
  manifests: [...clusterOf(fixture), ...manifestsOf(fixture.judged, fixture.file)],
  facts: factsOf(fixture),
}));

async function snapshotOf(manifests: readonly Manifest[], rewriting?: Rewriting): Promise<string> {
  const of = (wanted: string) =>
    async function* () {
      for (const { kind, raw } of manifests) if (kind === wanted) yield raw;
    };
  const source = {
    namespaces: of('Namespace'),
    services: of('Service'),
    nodes: of('Node'),
    slices: of('EndpointSlice'),
  };
  const items = await Array.fromAsync(snapshotObjects(source, DEFAULT_CLIENT_NODES, rewriting));
  return JSON.stringify({ kind: 'List', items });
}

function read(text: string): readonly Manifest[] {
  return readManifests({ name: 'cluster.yaml', text, strangers: 'refuse' });
}

function findings(manifests: readonly Manifest[], facts: ClusterFacts) {
  const stored = manifests.filter(({ kind }) => ['Namespace', 'Service', 'Node', 'EndpointSlice'].includes(kind));
  return auditCluster({ topology: new ManifestTopology(stored), facts, policy: LOUD });
}

describe('a snapshot', () => {
  test('says of a cluster what the cluster itself says, finding by finding', async () => {
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

  test('reads back as what was read: Nodes, Services and slices lose nothing that the model holds', () => {
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

  test('keeps labels that a Service chooses its client nodes by, and no others', async () => {
    const text = await snapshotOf(
      read(`kind: Node
metadata: { name: n1, labels: { pool: web, team: secret, kubernetes.io/hostname: n1 } }
---
kind: Service
metadata: { name: a, labels: { team: secret }, annotations: { note: secret, zonewise.dev/client-nodes: "pool in (web, db)" } }
---
kind: EndpointSlice
metadata: { name: nobodys, annotations: { note: secret } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.1] }]
`),
    );
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).items.map(({ kind }: { kind: string }) => kind)).toEqual(['Service', 'Node']);
    expect(JSON.parse(text).items[1].metadata.labels).toEqual({ pool: 'web' });
  });

  test('keeps annotations that decide', async () => {
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
    ];
    const metadata = { name: 'a', annotations: Object.fromEntries(annotations.map(key => [key, 'x'])) };
    const text = await snapshotOf(read(JSON.stringify({ kind: 'Service', metadata })));
    expect(JSON.parse(text).items[0].metadata.annotations).toEqual(metadata.annotations);
  });

  test('knows version, data plane and moment; without it there are none', () => {
    const facts = {
      version: { minor: 34 },
      dataPlane: { kind: 'cilium', serviceTopology: true, assumed: false },
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

describe('an anonymized snapshot', () => {
  const anonymizer = () => new Anonymizer({ rules: RULE_IDS, clientNodes: DEFAULT_CLIENT_NODES });

  test('leads to the same findings modulo names', async () => {
    const shape = (result: ReturnType<typeof findings>) => ({
      findings: result.findings.map(({ rule, level, path, nodes, zones, fix }) => [
        rule,
        level,
        path,
        nodes.length,
        zones.length,
        fix?.edits,
      ]),
      skipped: result.skipped.map(({ rule }) => rule),
    });
    for (const { file, manifests, facts } of cases) {
      const here = findings(read(await snapshotOf(manifests, anonymizer())), facts);
      expect(shape(here), file).toEqual(shape(findings(manifests, facts)));
    }
  });

  test('holds no name, address or label of the cluster', async () => {
    const manifests = read(OWN_NAMES);
    const text = await snapshotOf(manifests, anonymizer());
    const words = [...OWN_NAMES.matchAll(/\bx[a-z0-9]+x\b|\b\d+\.\d+\.\d+\.\d+\b|fd00[:\w]*/g)].map(([word]) => word);
    expect(words.length).toBeGreaterThan(40);
    expect(words.filter(word => text.includes(word))).toEqual([]);
    // What stays is what was there, under other names.
    const topology = new ManifestTopology(read(text));
    const [service] = topology.services();
    expect(service).toMatchObject({ annotations: { 'zonewise.dev/ignore': `${RULE_IDS[0]},anonymized` } });
    expect(topology.slices(service?.namespace ?? '', service?.name ?? '')).toHaveLength(2);
    const [node] = topology.nodes();
    expect(topology.slices(service?.namespace ?? '', service?.name ?? '')[0]?.endpoints[0]).toMatchObject({
      nodeName: node?.name,
      zone: node?.zone,
      hints: { zones: [node?.zone], nodes: [node?.name] },
    });
    expect(Object.keys(topology.namespaceLabels(service?.namespace ?? ''))).toHaveLength(2);
  });

  test('replaces the same by the same, also where an address is written in two ways', async () => {
    const text = await snapshotOf(read(OWN_NAMES), anonymizer());
    const { items } = JSON.parse(text);
    const [, , , ipv4, ipv6] = items;
    expect(items[1].spec.clusterIP).toMatch(/^24\d\.\d+\.\d+\.\d+$/);
    expect(ipv4.endpoints[0].addresses).not.toEqual(ipv4.endpoints[1].addresses);
    expect(ipv6.endpoints.map(({ addresses }: { addresses: string[] }) => addresses[0])).toEqual([
      '2001:db8::1',
      '2001:db8::1',
    ]);
  });
});

/** Every word that is somebody's own begins and ends with x. */
const OWN_NAMES = `kind: Namespace
metadata: { name: xnamespacex, labels: { xlabelx: xvaluex, kubernetes.io/metadata.name: xnamespacex } }
---
kind: Node
metadata:
  name: xnodex
  uid: xuidx
  labels:
    topology.kubernetes.io/zone: xzonex
    kubernetes.io/hostname: xhostx
    xpoolx: xwebx
    xteamx/xkeyx: xteamvaluex
    node-role.kubernetes.io/xrolex: ""
  annotations: { k8s.ovn.org/xnetworkx: xannotationx }
spec:
  podCIDR: 10.99.0.0/24
  providerID: aws:///xzonex/xinstancex
  taints:
    - { key: xtaintx, value: xtaintvaluex, effect: NoSchedule }
    - { key: aws-node-termination-handler/xscheduledx, value: xeventx, effect: NoSchedule }
status:
  addresses: [{ type: InternalIP, address: 10.99.1.1 }, { type: Hostname, address: xhostnamex }]
  allocatable: { cpu: "4" }
  conditions: [{ type: Ready, status: "True", message: xmessagex }]
  nodeInfo: { kubeletVersion: v1.36.2-xvendorx, machineID: xmachinex }
---
kind: Service
metadata:
  name: xservicex
  namespace: xnamespacex
  labels: { xlabelx: xvaluex, service.kubernetes.io/service-proxy-name: xproxyx }
  annotations:
    service.kubernetes.io/topology-mode: xmodex
    zonewise.dev/client-nodes: xpoolx in (xwebx), !xotherx
    zonewise.dev/ignore: ${RULE_IDS[0]}, xrulex
    zonewise.dev/ignore-reason: xreasonx
    zonewise.dev/ignore-until: xuntilx
    cloud.google.com/neg: '{"xnegx": true}'
    xteamx/xnotex: xsecretx
spec:
  type: LoadBalancer
  clusterIP: 10.99.2.1
  clusterIPs: [10.99.2.1]
  selector: { xappx: xappvaluex }
  externalIPs: [10.99.3.1]
  loadBalancerIP: 10.99.3.2
  loadBalancerSourceRanges: [10.99.4.0/24]
  externalName: xexternalx
  topologyKeys: [xtopologyx, "*"]
  ports: [{ name: xportx, port: 80, targetPort: xtargetx, nodePort: 30080, appProtocol: xprotocolx }]
status: { loadBalancer: { ingress: [{ ip: 10.99.5.1, hostname: xbalancerx }] } }
---
kind: EndpointSlice
metadata: { name: xslicex, namespace: xnamespacex, labels: { kubernetes.io/service-name: xservicex, endpointslice.kubernetes.io/managed-by: xmanagerx } }
addressType: IPv4
ports: [{ name: xportx, port: 8080 }]
endpoints:
  - addresses: [10.99.6.1]
    hostname: xpodhostx
    nodeName: xnodex
    zone: xzonex
    targetRef: { kind: Pod, name: xpodx, uid: xpoduidx }
    hints: { forZones: [{ name: xzonex }], forNodes: [{ name: xnodex }] }
  - { addresses: [10.99.6.2], zone: xgonex, nodeName: xleftx }
---
kind: EndpointSlice
metadata: { name: xslice6x, namespace: xnamespacex, labels: { kubernetes.io/service-name: xservicex } }
addressType: IPv6
ports: [{ name: xportx, port: 8080 }]
endpoints: [{ addresses: ["fd00::a"] }, { addresses: ["fd00:0:0:0:0:0:0:a"] }]
`;
