import { describe, expect, test } from 'vitest';
import { detectDataPlanes } from '../../../src/cluster/data-plane/detect.ts';
import { evidenceAmong } from '../../../src/cluster/data-plane/evidence.ts';
import { retainEvidence } from '../../../src/cluster/data-plane/retained-evidence.ts';
import { type Manifest, readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { describeDataPlanes } from '../../../src/model/data-plane-text.ts';

interface Given {
  readonly complete?: boolean;
  readonly unreadable?: readonly string[];
}

function objects(text: string): readonly Manifest[] {
  return readManifests({ name: 'cluster.yaml', text, unknownDocuments: 'refuse' });
}

/** The data planes in one line and their certainty. */
function detected(text: string, { complete = false, unreadable = [] }: Given = {}): string {
  const dataPlanes = detectDataPlanes({ objects: evidenceAmong(objects(text)), unreadable, complete });
  return `${dataPlanes.certainty}: ${describeDataPlanes(dataPlanes)}`;
}

function daemonSet(name: string, image: string, more = '', namespace = 'kube-system'): string {
  return `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: ${namespace}, labels: { k8s-app: ${name} } }
spec: { template: { spec: { ${more} containers: [{ name: ${name === 'cilium' ? 'cilium-agent' : name}, image: "${image}" }] } } }
`;
}

function withArguments(...args: readonly string[]): string {
  return KUBE_PROXY.replace('kube-proxy, image', `kube-proxy, command: ${JSON.stringify(args)}, image`);
}

function configMap(name: string, data: object): string {
  const metadata = { name, namespace: 'kube-system' };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })}\n`;
}

const KUBE_PROXY = daemonSet('kube-proxy', 'registry.k8s.io/kube-proxy:v1.36.2');
const KUBE_PROXY_CONFIG = configMap('kube-proxy', { 'config.conf': 'mode: ipvs\nclusterCIDR: 10.0.0.0/8' });
const CILIUM = daemonSet('cilium', 'quay.io/cilium/cilium:v1.18.4@sha256:00');
const REPLACES = configMap('cilium-config', { 'kube-proxy-replacement': 'true', 'enable-service-topology': 'true' });
const LEAVES = configMap('cilium-config', { 'kube-proxy-replacement': 'false' });

describe('the data plane is', () => {
  test.each<[string, string, string]>([
    ['assumed without any object', '', 'assumed: kube-proxy (assumed)'],
    ['assumed if only the ConfigMap of kube-proxy is there', KUBE_PROXY_CONFIG, 'assumed: kube-proxy (assumed)'],
    ['kube-proxy by its DaemonSet', KUBE_PROXY, 'known: kube-proxy@1.36.2'],
    ['in the mode of its ConfigMap', KUBE_PROXY + KUBE_PROXY_CONFIG, 'known: kube-proxy@1.36.2,mode=ipvs'],
    [
      'in the mode of the ConfigMap of EKS',
      KUBE_PROXY + configMap('kube-proxy-config', { config: 'mode: "ipvs"\nclusterCIDR: 10.0.0.0/8' }),
      'known: kube-proxy@1.36.2,mode=ipvs',
    ],
    [
      'kube-proxy without a local detector',
      KUBE_PROXY + configMap('kube-proxy', { 'config.conf': 'mode: nftables\nclusterCIDR: ""' }),
      'known: kube-proxy@1.36.2,mode=nftables,local-detector=false',
    ],
    [
      'in the mode of its file rather than of its arguments',
      withArguments('kube-proxy', '--config=/x', '--proxy-mode=nftables') + KUBE_PROXY_CONFIG,
      'known: kube-proxy@1.36.2,mode=ipvs',
    ],
    [
      'in the usual mode if the file names none, whatever the arguments say',
      withArguments('kube-proxy', '--config', '/x', '--proxy-mode=ipvs') +
        configMap('kube-proxy', { 'config.conf': 'mode: ""\nclusterCIDR: 10.0.0.0/8' }),
      'known: kube-proxy@1.36.2',
    ],
    [
      'assumed if its file is not known',
      withArguments('kube-proxy', '--config=/x'),
      'assumed: kube-proxy@1.36.2 (assumed)',
    ],
    [
      'in the mode of an argument after its name',
      withArguments('kube-proxy', '--proxy-mode', 'ipvs'),
      'known: kube-proxy@1.36.2,mode=ipvs',
    ],
    [
      'in the mode of the arguments in a shell command',
      withArguments('/bin/sh', '-c', 'kube-proxy --proxy-mode="ipvs" --v=2'),
      'known: kube-proxy@1.36.2,mode=ipvs',
    ],
    [
      'kube-proxy by a static Pod',
      `---
apiVersion: v1
kind: Pod
metadata: { name: kube-proxy-n1, namespace: kube-system, labels: { component: kube-proxy } }
spec: { nodeName: n1, containers: [{ name: kube-proxy, image: "hardened-kubernetes:v1.33.4-rke2r1", args: [--proxy-mode=ipvs] }] }
`,
      'known: kube-proxy@1.33.4,mode=ipvs',
    ],
    [
      'kube-proxy of two versions',
      KUBE_PROXY +
        daemonSet('kube-proxy-old', 'kube-proxy:v1.33.1', 'nodeSelector: { pool: old },').replace(
          'k8s-app: kube-proxy-old',
          'k8s-app: kube-proxy',
        ),
      'known: kube-proxy@1.36.2; on nodes with pool=old: kube-proxy@1.33.1',
    ],
    [
      'kube-proxy on Windows nodes',
      KUBE_PROXY +
        daemonSet('kube-proxy-windows', 'kube-proxy:v1.35.0', 'nodeSelector: { kubernetes.io/os: windows },'),
      'known: kube-proxy@1.36.2; on windows nodes: windows-kube-proxy@1.35.0',
    ],
    ['Cilium', CILIUM + REPLACES, 'known: cilium@1.18.4,service-topology=true'],
    [
      'Cilium even if kube-proxy left its ConfigMap',
      CILIUM + REPLACES + KUBE_PROXY_CONFIG,
      'known: cilium@1.18.4,service-topology=true',
    ],
    ['Cilium beside kube-proxy', CILIUM + LEAVES + KUBE_PROXY, 'known: cilium@1.18.4,kube-proxy-replacement=false'],
    [
      'Cilium whose settings are unknown',
      CILIUM,
      'candidates: cilium@1.18.4 or cilium@1.18.4,service-topology=true or cilium@1.18.4,kube-proxy-replacement=false or cilium@1.18.4,kube-proxy-replacement=false,service-topology=true',
    ],
    [
      'Cilium of any version, or kube-proxy, if a file shows its ConfigMap only',
      REPLACES,
      'candidates: cilium@1.20,service-topology=true or cilium@1.19,service-topology=true or cilium@1.18,service-topology=true or cilium@1.17,service-topology=true or kube-proxy',
    ],
    [
      'Cilium with other settings on some nodes',
      `${CILIUM + REPLACES}---
apiVersion: cilium.io/v2
kind: CiliumNodeConfig
metadata: { name: edge, namespace: kube-system }
spec: { nodeSelector: { matchLabels: { pool: edge }, matchExpressions: [{ key: spot, operator: DoesNotExist }] }, defaults: { enable-service-topology: "false" } }
`,
      'known: cilium@1.18.4,service-topology=true; on nodes with pool=edge,!spot: cilium@1.18.4',
    ],
    [
      'Cilium of the version that runs on each node',
      `${CILIUM + REPLACES}---
apiVersion: v1
kind: Pod
metadata: { name: cilium-x, namespace: kube-system, labels: { k8s-app: cilium } }
spec: { nodeName: n1, containers: [{ name: cilium-agent, image: "cilium:v1.17.6" }] }
`,
      'known: cilium@1.18.4,service-topology=true; on 1 node: cilium@1.17.6,service-topology=true',
    ],
    [
      'Calico eBPF by FelixConfiguration',
      `apiVersion: crd.projectcalico.org/v1
kind: FelixConfiguration
metadata: { name: default }
spec: { bpfEnabled: true }
${daemonSet('calico-node', 'calico/node:v3.31.0', '', 'calico-system')}`,
      'known: calico-ebpf@3.31.0',
    ],
    [
      'kube-proxy beside a Calico without eBPF',
      KUBE_PROXY + daemonSet('calico-node', 'calico/node:v3.31.0'),
      'known: kube-proxy@1.36.2',
    ],
    [
      'OVN-Kubernetes',
      'apiVersion: operator.openshift.io/v1\nkind: Network\nmetadata: { name: cluster }\nspec: { defaultNetwork: { type: OVNKubernetes } }\n',
      'known: ovn-kubernetes',
    ],
    [
      'Antrea',
      daemonSet('antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0') +
        configMap('antrea-config', { 'antrea-agent.conf': 'antreaProxy:\n  proxyAll: true\n' }),
      'known: antrea@2.4.0,proxy-all=true',
    ],
    ['kube-router', daemonSet('kube-router', 'cloudnativelabs/kube-router:v2.6.1'), 'known: kube-router@2.6.1'],
    [
      'GKE Dataplane V2, which is Cilium',
      daemonSet('anetd', 'gke.gcr.io/cilium/cilium:v1.17.6-gke.1') + REPLACES,
      'known: cilium@1.17.6,service-topology=true',
    ],
  ])('%s', (_, text, expected) => {
    expect(detected(text)).toBe(expected);
    const retained = evidenceAmong(objects(text)).map(object => retainEvidence(object, labels => labels));
    const isWhole = !/kind: (?:Pod|CiliumNodeConfig)/.test(text);
    if (isWhole) expect(detected(JSON.stringify({ kind: 'List', items: retained })), 'from a snapshot').toBe(expected);
  });

  test('kube-proxy if only a ConfigMap of Cilium is left in a live cluster', () => {
    expect(detected(KUBE_PROXY + REPLACES, { complete: true })).toBe('known: kube-proxy@1.36.2');
  });

  test('Cilium of any version if its DaemonSet may not be read', () => {
    const unreadable = ['DaemonSet kube-system/cilium'];
    expect(detected(REPLACES, { complete: true, unreadable })).toMatch(/^candidates: cilium@1\.20.* or kube-proxy$/);
  });

  test('only assumed if Cilium may run unseen beside kube-proxy', () => {
    const unreadable = ['DaemonSet kube-system/cilium'];
    expect(detected(KUBE_PROXY, { complete: true, unreadable })).toBe('assumed: kube-proxy@1.36.2 (assumed)');
  });

  test('that of both versions during a rollout', () => {
    const rollout = CILIUM.trimEnd().concat('\nstatus: { desiredNumberScheduled: 3, updatedNumberScheduled: 1 }\n');
    expect(detected(rollout + REPLACES)).toBe(
      'candidates: cilium@1.18.4,service-topology=true or cilium@1.17,service-topology=true',
    );
  });
});
