import { parse } from 'yaml';
import type { DataPlaneOfNodes, KubeProxy, NodeCondition } from '../../model/data-plane.ts';
import { KUBE_PROXY } from '../../model/data-plane.ts';
import { parseSoftwareVersion } from '../../model/data-plane-text.ts';
import { OS_LABEL } from '../../model/node.ts';
import { asObject, asString, asStringMap, asStrings, type RawObject } from '../../model/raw.ts';
import type { Evidence, EvidenceObject } from './evidence.ts';
import { agents, argument, argumentsOf, describeObject, hasPods, imageTag, named, podSpec } from './evidence.ts';
import { versionsByNode } from './node-versions.ts';

/** The kube-proxies that run as DaemonSets, or as static Pods. */
export interface DetectedKubeProxy {
  /** By node; nodes that no entry matches have `main`. */
  readonly entries: readonly DataPlaneOfNodes[];
  readonly main: KubeProxy;
  /** True if a configuration file holds the settings and is not known. */
  readonly isConfigMissing: boolean;
  readonly evidence: readonly string[];
}

const CONFIG_FLAG = 'config';
const NAMES = ['kube-proxy', 'kube-proxy-windows'];

/**
 * `null` without a Pod of kube-proxy, or a DaemonSet that has Pods. A ConfigMap alone proves nothing: it stays behind when another data
 * plane replaces kube-proxy.
 */
export function detectKubeProxy(evidence: Evidence): DetectedKubeProxy | null {
  const pods = agents(evidence, 'Pod', NAMES);
  const daemonSets = agents(evidence, 'DaemonSet', NAMES).filter(hasPods);
  const agentObjects = daemonSets.length > 0 ? daemonSets : pods.slice(0, 1);
  const [first] = agentObjects;
  if (!first) return null;
  const { config, source } = configOf(evidence);
  const entries: DataPlaneOfNodes[] = [];
  let main: KubeProxy | null = null;
  for (const object of agentObjects) {
    const condition = conditionOf(object);
    const version = parseSoftwareVersion(imageTag(object, 'kube-proxy'));
    const proxy = withSettings(version, config, argumentsOf(object));
    if (condition?.os === 'windows') {
      entries.push({ nodes: condition, dataPlane: { kind: 'windows-kube-proxy', version } });
    } else if (condition) entries.push({ nodes: condition, dataPlane: proxy });
    else main ??= proxy;
  }
  const base = main ?? withSettings(null, config, argumentsOf(first));
  const byNode = versionsByNode(pods, 'kube-proxy', base.version);
  const differing = byNode.map(({ version, names }) => ({ nodes: { names }, dataPlane: { ...base, version } }));
  const isConfigMissing =
    config === null && agentObjects.some(object => argument(argumentsOf(object), CONFIG_FLAG) !== null);
  const texts = agentObjects.map(
    one => `${describeObject(one)} (image ${imageTag(one, 'kube-proxy') || 'without a tag'})`,
  );
  const missing = isConfigMissing ? ['configuration not known'] : [];
  return {
    entries: [...entries, ...differing],
    main: base,
    isConfigMissing,
    evidence: [...texts, ...source, ...missing],
  };
}

/** The nodes that the node selector of a DaemonSet or Pod names; `null` for all Linux nodes. */
function conditionOf(object: EvidenceObject): NodeCondition | null {
  const { [OS_LABEL]: os, 'beta.kubernetes.io/os': betaOs, ...rest } = asStringMap(podSpec(object)['nodeSelector']);
  const isWindows = (os ?? betaOs) === 'windows' || object.name === 'kube-proxy-windows';
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

/**
 * With `--config`, kube-proxy reads its settings from the file and ignores the other arguments (cmd/kube-proxy/app/options.go
 * Complete, v1.37.1).
 */
function withSettings(version: KubeProxy['version'], config: RawObject | null, given: readonly string[]): KubeProxy {
  const args = config !== null && argument(given, CONFIG_FLAG) !== null ? [] : given;
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
