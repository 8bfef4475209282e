import { describe, expect, test } from 'vitest';
import { ManifestTopology } from '../../../src/cluster/manifests/manifest-topology.ts';
import { Anonymizer } from '../../../src/cluster/snapshot/anonymizer.ts';
import { DEFAULT_CLIENT_NODES } from '../../../src/topology/client-nodes.ts';
import { cases, findings, RULE_IDS, read, snapshotOf } from './snapshot-cases.ts';

describe('an anonymized snapshot', () => {
  const anonymizer = () => new Anonymizer({ rules: RULE_IDS, clientNodes: DEFAULT_CLIENT_NODES });

  test('leads to the same findings, apart from names', async () => {
    const shape = (result: ReturnType<typeof findings>) => ({
      // Equal findings are in the order of names.
      findings: result.findings
        .map(({ rule, level, path, nodes, zones, fix }) => [rule, level, path, nodes.length, zones.length, fix?.edits])
        .map(finding => JSON.stringify(finding))
        .toSorted(),
      skipped: result.skipped.map(({ rule }) => rule),
    });
    for (const { file, manifests, facts } of cases) {
      const here = findings(read(await snapshotOf(manifests, anonymizer())), facts);
      expect(shape(here), file).toEqual(shape(findings(manifests, facts)));
    }
  });

  test('contains no name, address or label of the cluster', async () => {
    const manifests = read(OWN_NAMES);
    const text = await snapshotOf(manifests, anonymizer());
    const words = [...OWN_NAMES.matchAll(/\bx[a-z0-9]+x\b|\b\d+\.\d+\.\d+\.\d+\b|fd00[:\w]*/g)].map(([word]) => word);
    expect(words.length).toBeGreaterThan(40);
    expect(words.filter(word => text.includes(word))).toEqual([]);
    // Everything that is kept occurs under other names.
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

  test('replaces equal names equally, even if an address is written in two ways', async () => {
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

/** Every name to be replaced begins and ends with x. */
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
    kube-vip.io/loadbalancerIPs: 10.99.7.1
    kube-vip.io/vipHost: xhostx
    service.beta.kubernetes.io/backend-type: xbackendx
    xteamx/xnotex: xsecretx
spec:
  type: LoadBalancer
  loadBalancerClass: xclassx
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
