import type { Cilium, DataPlaneOfNodes, KubeProxy, SoftwareVersion } from '../../model/data-plane.ts';
import { CILIUM, CILIUM_BESIDE_KUBE_PROXY } from '../../model/data-plane.ts';
import { formatSoftwareVersion, KNOWN_CILIUM_MINORS, parseSoftwareVersion } from '../../model/data-plane-text.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import { asObject, asStringMap } from '../../model/raw.ts';
import type { Evidence, EvidenceObject } from './evidence.ts';
import { agents, describeObject, hasPods, imageTag, isRollingOut, isUnreadable, named } from './evidence.ts';
import { versionsByNode } from './node-versions.ts';

/** Cilium as far as the cluster shows it. */
export interface DetectedCilium {
  /** Several if version or settings are not known. */
  readonly candidates: readonly Cilium[];
  /** Nodes with other settings or another version; only with one candidate. */
  readonly entries: readonly DataPlaneOfNodes[];
  /** False if no DaemonSet shows that Cilium runs. */
  readonly runs: boolean;
  readonly evidence: readonly string[];
}

/** GKE's Dataplane V2 is Cilium in a DaemonSet of another name. */
const NAMES = ['cilium', 'anetd'];
const CONTAINER = 'cilium-agent';

type Settings = Readonly<Record<string, string>>;

/** `null` if nothing hints at Cilium, or if its ConfigMap is left over. */
export function detectCilium(evidence: Evidence, kubeProxy: KubeProxy): DetectedCilium | null {
  const daemonSet = agents(evidence, 'DaemonSet', NAMES).find(hasPods);
  const configMap = named(evidence, 'ConfigMap', 'cilium-config');
  if (!daemonSet && (!configMap || (evidence.complete && !isUnreadable(evidence, 'DaemonSet', 'cilium')))) return null;
  const { versions, evidence: seen } = versionsOf(daemonSet);
  const settings = configMap ? asStringMap(configMap.raw['data']) : null;
  const candidates = versions.flatMap(version =>
    settings ? [withSettings(version, settings, kubeProxy)] : possibleSettings(version, kubeProxy),
  );
  const texts = [seen, configMap ? [describeObject(configMap)] : ['ConfigMap kube-system/cilium-config not known']];
  const [only] = candidates;
  const entries = only && candidates.length === 1 && settings ? entriesOf(evidence, only, settings) : [];
  return { candidates, entries, runs: daemonSet !== undefined, evidence: texts.flat() };
}

interface Versions {
  readonly versions: readonly SoftwareVersion[];
  readonly evidence: readonly string[];
}

/** During a rollout the version before may still run. */
function versionsOf(daemonSet: EvidenceObject | undefined): Versions {
  const all = KNOWN_CILIUM_MINORS.map(minor => ({ major: 1, minor, patch: null }));
  if (!daemonSet) return { versions: all, evidence: ['no DaemonSet shows the version'] };
  const label = asStringMap(asObject(daemonSet.raw['metadata'])['labels'])['helm.sh/chart'] ?? '';
  const version =
    parseSoftwareVersion(imageTag(daemonSet, CONTAINER)) ?? parseSoftwareVersion(label.replace('cilium-', ''));
  if (!version) return { versions: all, evidence: [`${describeObject(daemonSet)} (version not known)`] };
  const text = `${describeObject(daemonSet)} (image ${formatSoftwareVersion(version)})`;
  if (!isRollingOut(daemonSet)) return { versions: [version], evidence: [text] };
  const before = { ...version, minor: version.minor - 1, patch: null };
  return { versions: [version, before], evidence: [`${text}, a rollout is in progress`] };
}

/** cilium-config, of which all values are text (install/kubernetes/cilium/templates/cilium-configmap.yaml, v1.19.1). */
function withSettings(version: SoftwareVersion, settings: Settings, kubeProxy: KubeProxy): Cilium {
  const replaces = ['true', 'strict'].includes(settings['kube-proxy-replacement'] ?? '');
  return {
    kind: 'cilium',
    version,
    kubeProxyReplacement: replaces,
    serviceTopology: settings['enable-service-topology'] === 'true',
    socketLB: replaces || settings['bpf-lb-sock'] === 'true',
    internalTrafficPolicy: settings['enable-internal-traffic-policy'] !== 'false',
    nodePort: settings['enable-node-port'] === 'true',
    externalIPs: settings['enable-external-ips'] === 'true',
    serviceProxyName: settings['k8s-service-proxy-name'] ?? '',
    kubeProxy,
  };
}

function possibleSettings(version: SoftwareVersion, kubeProxy: KubeProxy): readonly Cilium[] {
  return [CILIUM, CILIUM_BESIDE_KUBE_PROXY].flatMap(base =>
    [false, true].map(serviceTopology => ({ ...base, version, serviceTopology, kubeProxy })),
  );
}

/** Settings that a CiliumNodeConfig overrides for some nodes, and nodes on which another version runs. */
function entriesOf(evidence: Evidence, main: Cilium, settings: Settings): readonly DataPlaneOfNodes[] {
  const overrides = evidence.objects.filter(({ kind }) => kind === 'CiliumNodeConfig.cilium.io');
  const configured = overrides.map(({ raw }) => {
    const { nodeSelector, defaults } = asObject(raw['spec']);
    const merged = { ...settings, ...asStringMap(defaults) };
    return {
      nodes: { selector: selectorOf(asObject(nodeSelector)['matchLabels']) },
      dataPlane: withSettings(main.version, merged, main.kubeProxy),
    };
  });
  const versions = versionsByNode(agents(evidence, 'Pod', NAMES), CONTAINER, main.version);
  return [
    ...configured,
    ...versions.map(({ version, names }) => ({ nodes: { names }, dataPlane: { ...main, version } })),
  ];
}

function selectorOf(matchLabels: unknown): LabelSelector {
  return Object.entries(asStringMap(matchLabels)).map(([key, value]) => ({ key, operator: 'in', values: [value] }));
}
