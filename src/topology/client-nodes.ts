import type { LabelSelector } from '../model/label-selector.ts';
import { matchesSelector } from '../model/label-selector.ts';
import type { Node, Taint } from '../model/node.ts';
import { NodeSet } from './node-set.ts';

/** Which nodes count as clients: those whose Pods lose traffic if a Local policy does not cover them. */
export interface ClientNodeOptions {
  /** Minimum age: younger nodes are still waiting for their DaemonSet Pods. */
  readonly minAgeMs: number;
  /** Taint keys that exclude a node, with NoSchedule or NoExecute; `prefix/*` matches a prefix. */
  readonly excludeTaints: readonly string[];
  /** Only nodes with these labels, `null` for all. */
  readonly selector: LabelSelector | null;
}

/** Control planes, nodes before their removal, virtual nodes, nodes whose network is starting. */
export const DEFAULT_EXCLUDED_TAINTS: readonly string[] = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/etcd',
  'node-role.kubernetes.io/controlplane',
  'CriticalAddonsOnly',
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'node.cloudprovider.kubernetes.io/shutdown',
  'node.cloudprovider.kubernetes.io/uninitialized',
  'node.kubernetes.io/out-of-service',
  'aws-node-termination-handler/*',
  'cloud.google.com/impending-node-termination',
  'virtual-kubelet.io/provider',
  'eks.amazonaws.com/compute-type',
  // A network agent has not started, so no Pod has either.
  'node.cilium.io/agent-not-ready',
  'ignore-taint.cluster-autoscaler.kubernetes.io/cilium-agent-not-ready',
  'cni.istio.io/not-ready',
  'node.kubernetes.io/network-unavailable',
  'startup-taint.cluster-autoscaler.kubernetes.io/*',
];

export const DEFAULT_CLIENT_NODES: ClientNodeOptions = {
  minAgeMs: 60_000,
  excludeTaints: DEFAULT_EXCLUDED_TAINTS,
  selector: null,
};

/** Labels of nodes that run Pods elsewhere and may run no kube-proxy (virtual-kubelet, Fargate). */
const VIRTUAL_LABELS: Readonly<Record<string, string>> = {
  type: 'virtual-kubelet',
  'eks.amazonaws.com/compute-type': 'fargate',
};

export interface ClientNodes {
  readonly nodes: NodeSet;
  /** When the next node reaches the minimum age, in milliseconds since the epoch; Infinity if none is too young. */
  readonly validUntil: number;
}

/** `now` in milliseconds since the epoch. */
export function clientNodes(all: NodeSet, options: ClientNodeOptions, now: number): ClientNodes {
  let validUntil = Number.POSITIVE_INFINITY;
  const nodes = all.nodes.filter(node => {
    if (!isEligibleClient(node, options)) return false;
    const ofAge = (node.createdAt ?? Number.NEGATIVE_INFINITY) + options.minAgeMs;
    if (ofAge > now) validUntil = Math.min(validUntil, ofAge);
    return ofAge <= now;
  });
  return { nodes: nodes.length === all.size ? all : new NodeSet(nodes, all.assignment), validUntil };
}

function isEligibleClient(node: Node, options: ClientNodeOptions): boolean {
  if (!node.ready || node.deleting) return false;
  if (Object.entries(VIRTUAL_LABELS).some(([key, value]) => node.labels[key] === value)) return false;
  if (node.taints.some(taint => excludes(taint, options.excludeTaints))) return false;
  return options.selector === null || matchesSelector(options.selector, node.labels);
}

function excludes(taint: Taint, keys: readonly string[]): boolean {
  if (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') return false;
  return keys.some(key => (key.endsWith('/*') ? taint.key.startsWith(key.slice(0, -1)) : taint.key === key));
}
