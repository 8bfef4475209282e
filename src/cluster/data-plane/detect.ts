import { parse } from 'yaml';
import type {
  DataPlane,
  DataPlaneAssignment,
  DataPlaneOfNodes,
  DataPlanes,
  KubeProxy,
} from '../../model/data-plane.ts';
import { ASSUMED_KUBE_PROXY, KUBE_PROXY } from '../../model/data-plane.ts';
import { parseSoftwareVersion } from '../../model/data-plane-text.ts';
import { asList, asObject, asString } from '../../model/raw.ts';
import { type DetectedCilium, detectCilium } from './cilium.ts';
import type { Evidence, EvidenceObject } from './evidence.ts';
import { agents, argumentsOf, describeObject, hasPods, imageTag, isUnreadable, named, podSpec } from './evidence.ts';
import { type DetectedKubeProxy, detectKubeProxy } from './kube-proxy.ts';

/** A data plane that replaces kube-proxy, or serves a part beside it. */
interface Found {
  readonly dataPlane: DataPlane;
  readonly evidence: readonly string[];
}

/** The data planes of a cluster, from objects that were read live, from files or from a snapshot. */
export function detectDataPlanes(evidence: Evidence): DataPlanes {
  const kubeProxy = detectKubeProxy(evidence);
  const cilium = detectCilium(evidence, kubeProxy?.main ?? KUBE_PROXY);
  const found =
    detectCalico(evidence) ??
    detectOvnKubernetes(evidence) ??
    detectAntrea(evidence, kubeProxy?.main ?? KUBE_PROXY) ??
    detectKubeRouter(evidence);
  if (cilium?.runs) return withCilium(cilium, kubeProxy);
  if (found) return known([...(kubeProxy?.entries ?? []).filter(isWindows)], found.dataPlane, found.evidence);
  if (cilium) return perhapsCilium(cilium, kubeProxy);
  if (!kubeProxy) {
    const remains = evidence.objects.filter(({ kind }) => kind === 'ConfigMap').map(describeObject);
    const notes = remains.map(text => `${text} proves nothing without a DaemonSet`);
    return {
      ...ASSUMED_KUBE_PROXY,
      evidence: [...notes, ...evidence.unreadable.map(text => `${text} may not be read`)],
    };
  }
  const detected = known(kubeProxy.entries, kubeProxy.main, kubeProxy.evidence);
  const planes: DataPlanes = kubeProxy.isConfigMissing ? { ...detected, certainty: 'assumed' } : detected;
  if (!isUnreadable(evidence, 'DaemonSet', 'cilium')) return planes;
  // Cilium may serve Pods beside kube-proxy.
  return {
    ...planes,
    certainty: 'assumed',
    evidence: [...planes.evidence, 'DaemonSet kube-system/cilium may not be read'],
  };
}

function isWindows({ nodes }: DataPlaneOfNodes): boolean {
  return nodes?.os === 'windows';
}

function known(entries: readonly DataPlaneOfNodes[], main: DataPlane, evidence: readonly string[]): DataPlanes {
  return { certainty: 'known', stated: false, candidates: [[...entries, { nodes: null, dataPlane: main }]], evidence };
}

function withCilium(
  { candidates, entries, evidence }: DetectedCilium,
  kubeProxy: DetectedKubeProxy | null,
): DataPlanes {
  const windows = kubeProxy?.entries.filter(isWindows) ?? [];
  const assignments = candidates.map(
    (dataPlane): DataPlaneAssignment => [...windows, ...entries, { nodes: null, dataPlane }],
  );
  return {
    certainty: assignments.length > 1 ? 'candidates' : 'known',
    stated: false,
    candidates: assignments as readonly DataPlaneAssignment[] as DataPlanes['candidates'],
    evidence: [...evidence, ...(kubeProxy?.evidence ?? [])],
  };
}

/** Cilium's ConfigMap without a DaemonSet: it may be left over. */
function perhapsCilium(cilium: DetectedCilium, kubeProxy: DetectedKubeProxy | null): DataPlanes {
  const without: DataPlaneAssignment = [
    ...(kubeProxy?.entries ?? []),
    { nodes: null, dataPlane: kubeProxy?.main ?? KUBE_PROXY },
  ];
  const planes = withCilium(cilium, kubeProxy);
  return { ...planes, certainty: 'candidates', candidates: [...planes.candidates, without] };
}

/** Calico replaces kube-proxy in its eBPF mode only, which three places may turn on. */
function detectCalico(evidence: Evidence): Found | null {
  const daemonSet = agents(evidence, 'DaemonSet', ['calico-node']).find(hasPods);
  const felix = evidence.objects.find(({ kind, name }) => kind.startsWith('FelixConfiguration.') && name === 'default');
  const installation = named(evidence, 'Installation.operator.tigera.io', 'default');
  const network = asObject(asObject(installation?.raw['spec'])['calicoNetwork']);
  const witnesses = [
    felix && asObject(felix.raw['spec'])['bpfEnabled'] === true ? felix : [],
    installation && network['linuxDataplane'] === 'BPF' ? installation : [],
    daemonSet && environment(daemonSet, 'FELIX_BPFENABLED') === 'true' ? daemonSet : [],
  ].flat();
  if (witnesses.length === 0) return null;
  const version = daemonSet ? parseSoftwareVersion(imageTag(daemonSet, 'calico-node')) : null;
  return { dataPlane: { kind: 'calico-ebpf', version }, evidence: witnesses.map(describeObject) };
}

function environment(object: EvidenceObject, name: string): string {
  const variables = asList(podSpec(object)['containers']).flatMap(one => asList(asObject(one)['env']).map(asObject));
  return asString(variables.find(variable => variable['name'] === name)?.['value']);
}

function detectOvnKubernetes(evidence: Evidence): Found | null {
  const network = named(evidence, 'Network.operator.openshift.io', 'cluster');
  const type = asString(asObject(asObject(network?.raw['spec'])['defaultNetwork'])['type']);
  const daemonSet = agents(evidence, 'DaemonSet', ['ovnkube-node']).find(hasPods);
  const witness = network && type === 'OVNKubernetes' ? network : daemonSet;
  return witness ? { dataPlane: { kind: 'ovn-kubernetes', version: null }, evidence: [describeObject(witness)] } : null;
}

function detectAntrea(evidence: Evidence, kubeProxy: KubeProxy): Found | null {
  const daemonSet = agents(evidence, 'DaemonSet', ['antrea-agent']).find(hasPods);
  if (!daemonSet) return null;
  const configMap = named(evidence, 'ConfigMap', 'antrea-config');
  const proxy = asObject(agentConfig(configMap)['antreaProxy']);
  if (proxy['enable'] === false) return null;
  const version = parseSoftwareVersion(imageTag(daemonSet, 'antrea-agent'));
  return {
    dataPlane: { kind: 'antrea', version, proxyAll: proxy['proxyAll'] === true, kubeProxy },
    evidence: [describeObject(daemonSet), ...(configMap ? [describeObject(configMap)] : [])],
  };
}

function agentConfig(configMap: EvidenceObject | undefined): Readonly<Record<string, unknown>> {
  try {
    return asObject(parse(asString(asObject(configMap?.raw['data'])['antrea-agent.conf'])));
  } catch {
    return {};
  }
}

function detectKubeRouter(evidence: Evidence): Found | null {
  const daemonSet = agents(evidence, 'DaemonSet', ['kube-router']).find(hasPods);
  // The service proxy is on by default.
  if (!daemonSet || argumentsOf(daemonSet).includes('--run-service-proxy=false')) return null;
  const version = parseSoftwareVersion(imageTag(daemonSet, 'kube-router'));
  return { dataPlane: { kind: 'kube-router', version }, evidence: [describeObject(daemonSet)] };
}
