import { parse } from 'yaml';
import type { DataPlaneOfNodes, KubeProxy, NodeCondition } from '../../model/data-plane.ts';
import { KUBE_PROXY } from '../../model/data-plane.ts';
import { parseSoftwareVersion } from '../../model/data-plane-text.ts';
import { OS_LABEL } from '../../model/node.ts';
import { asObject, asString, asStringMap, asStrings, type RawObject } from '../../model/raw.ts';
import type { Evidence, EvidenceObject } from './evidence.ts';
import { agents, argument, argumentsOf, describeObject, hasPods, imageTag, named, podSpec } from './evidence.ts';
import { versionsByNode } from './node-versions.ts';

/** The kube-proxies that run as DaemonSets. */
export interface DetectedKubeProxy {
  /** By node; nodes that no entry matches have `main`. */
  readonly entries: readonly DataPlaneOfNodes[];
  readonly main: KubeProxy;
  readonly evidence: readonly string[];
}

const NAMES = ['kube-proxy', 'kube-proxy-windows'];

/**
 * `null` without a DaemonSet of kube-proxy that has Pods. A ConfigMap alone proves nothing: it stays behind when another data
 * plane replaces kube-proxy.
 */
export function detectKubeProxy(evidence: Evidence): DetectedKubeProxy | null {
  const daemonSets = agents(evidence, 'DaemonSet', NAMES).filter(hasPods);
  const [first] = daemonSets;
  if (!first) return null;
  const { config, source } = configOf(evidence);
  const entries: DataPlaneOfNodes[] = [];
  let main: KubeProxy | null = null;
  for (const daemonSet of daemonSets) {
    const condition = conditionOf(daemonSet);
    const version = parseSoftwareVersion(imageTag(daemonSet, 'kube-proxy'));
    const proxy = withSettings(version, config, argumentsOf(daemonSet));
    if (condition?.os === 'windows') {
      entries.push({ nodes: condition, dataPlane: { kind: 'windows-kube-proxy', version } });
    } else if (condition) entries.push({ nodes: condition, dataPlane: proxy });
    else main ??= proxy;
  }
  const base = main ?? withSettings(null, config, argumentsOf(first));
  const byNode = versionsByNode(agents(evidence, 'Pod', NAMES), 'kube-proxy', base.version);
  const differing = byNode.map(({ version, names }) => ({ nodes: { names }, dataPlane: { ...base, version } }));
  const texts = daemonSets.map(
    one => `${describeObject(one)} (image ${imageTag(one, 'kube-proxy') || 'without a tag'})`,
  );
  return { entries: [...entries, ...differing], main: base, evidence: [...texts, ...source] };
}

/** The nodes that a DaemonSet's node selector names; `null` for all Linux nodes. */
function conditionOf(daemonSet: EvidenceObject): NodeCondition | null {
  const { [OS_LABEL]: os, 'beta.kubernetes.io/os': betaOs, ...rest } = asStringMap(podSpec(daemonSet)['nodeSelector']);
  const isWindows = (os ?? betaOs) === 'windows' || daemonSet.name === 'kube-proxy-windows';
  const selector = Object.entries(rest).map(([key, value]) => ({ key, operator: 'in', values: [value] }) as const);
  if (selector.length === 0) return isWindows ? { os: 'windows' } : null;
  return { selector, ...(isWindows && { os: 'windows' }) };
}

interface ReadConfig {
  /** `null` if it is not known. */
  readonly config: RawObject | null;
  readonly source: readonly string[];
}

/** kubeadm keeps the configuration in `kube-proxy`, key `config.conf`; EKS in `kube-proxy-config`, key `config`. */
function configOf(evidence: Evidence): ReadConfig {
  const known = [
    [named(evidence, 'ConfigMap', 'kube-proxy-config'), 'config'],
    [named(evidence, 'ConfigMap', 'kube-proxy'), 'config.conf'],
  ] as const;
  for (const [object, key] of known) {
    const config = object && parsed(asString(asObject(object.raw['data'])[key]));
    if (config) return { config, source: [describeObject(object)] };
  }
  return { config: null, source: [] };
}

function parsed(text: string): RawObject | null {
  try {
    return text === '' ? null : asObject(parse(text));
  } catch {
    return null;
  }
}

/** Arguments win over the configuration file. */
function withSettings(version: KubeProxy['version'], config: RawObject | null, args: readonly string[]): KubeProxy {
  const setting = (flag: string, key: string) => argument(args, flag) ?? asString(config?.[key]);
  const mode = setting('proxy-mode', 'mode');
  const detectLocalMode = setting('detect-local-mode', 'detectLocalMode');
  const clusterCIDR = setting('cluster-cidr', 'clusterCIDR');
  const addresses = argument(args, 'nodeport-addresses')?.split(',') ?? asStrings(config?.['nodePortAddresses']);
  const usesClusterCIDR = detectLocalMode === '' || detectLocalMode === 'ClusterCIDR';
  return {
    ...KUBE_PROXY,
    version,
    mode: mode === 'ipvs' || mode === 'nftables' ? mode : 'iptables',
    // Without any configuration, the usual one is assumed.
    localDetector: config === null || !usesClusterCIDR || clusterCIDR !== '',
    nodePortAddresses: addresses.filter(address => address !== ''),
  };
}
