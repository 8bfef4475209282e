import type { Cilium, DataPlaneOfNodes, KubeProxy, SoftwareVersion } from '../../model/data-plane.ts';
import { KNOWN_CILIUM_VERSIONS, possibleCiliums } from '../../model/data-plane.ts';
import { formatSoftwareVersion, parseSoftwareVersion } from '../../model/data-plane-text.ts';
import type { LabelSelector, Requirement } from '../../model/label-selector.ts';
import { asList, asObject, asString, asStringMap, asStrings, type RawObject } from '../../model/raw.ts';
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
  const { versions, evidence: seen } = versionsOf(daemonSet, agents(evidence, 'Pod', NAMES).length > 0);
  const settings = configMap ? asStringMap(configMap.raw['data']) : null;
  const candidates = versions.flatMap(version =>
    settings ? [withSettings(version, settings, kubeProxy)] : possibleCiliums(version, kubeProxy),
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

/** During a rollout the version before may still run; with Pods it is seen where it does. */
function versionsOf(daemonSet: EvidenceObject | undefined, hasAgents: boolean): Versions {
  if (!daemonSet) return { versions: KNOWN_CILIUM_VERSIONS, evidence: ['no DaemonSet shows the version'] };
  const label = asStringMap(asObject(daemonSet.raw['metadata'])['labels'])['helm.sh/chart'] ?? '';
  const version =
    parseSoftwareVersion(imageTag(daemonSet, CONTAINER)) ?? parseSoftwareVersion(label.replace('cilium-', ''));
  if (!version)
    return { versions: KNOWN_CILIUM_VERSIONS, evidence: [`${describeObject(daemonSet)} (version not known)`] };
  const text = `${describeObject(daemonSet)} (image ${formatSoftwareVersion(version)})`;
  if (hasAgents || !isRollingOut(daemonSet)) return { versions: [version], evidence: [text] };
  const before = { ...version, minor: version.minor - 1, patch: null };
  return { versions: [version, before], evidence: [`${text}, a rollout is in progress`] };
}

/** cilium-config; all its values are text (install/kubernetes/cilium/templates/cilium-configmap.yaml, v1.19.1). */
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

/** Settings that a CiliumNodeConfig overrides for some nodes, and nodes on which another version runs. */
function entriesOf(evidence: Evidence, main: Cilium, settings: Settings): readonly DataPlaneOfNodes[] {
  const overrides = evidence.objects.filter(({ kind }) => kind === 'CiliumNodeConfig.cilium.io');
  const configured = overrides.map(({ raw }) => {
    const { nodeSelector, defaults } = asObject(raw['spec']);
    const merged = { ...settings, ...asStringMap(defaults) };
    return {
      nodes: { selector: selectorOf(asObject(nodeSelector)) },
      dataPlane: withSettings(main.version, merged, main.kubeProxy),
    };
  });
  const versions = versionsByNode(agents(evidence, 'Pod', NAMES), CONTAINER, main.version);
  return [
    ...configured,
    ...versions.map(({ version, names }) => ({ nodes: { names }, dataPlane: { ...main, version } })),
  ];
}

const OPERATORS: ReadonlyMap<string, Requirement['operator']> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', 'absent'],
]);

function selectorOf({ matchLabels, matchExpressions }: RawObject): LabelSelector {
  const labels = Object.entries(asStringMap(matchLabels)).map(
    ([key, value]): Requirement => ({ key, operator: 'in', values: [value] }),
  );
  const expressions = asList(matchExpressions)
    .map(asObject)
    .flatMap((expression): readonly Requirement[] => {
      const operator = OPERATORS.get(asString(expression['operator']));
      const key = asString(expression['key']);
      if (operator === undefined) return [];
      return operator === 'in' || operator === 'notin'
        ? [{ key, operator, values: asStrings(expression['values']) }]
        : [{ key, operator }];
    });
  return [...labels, ...expressions];
}
