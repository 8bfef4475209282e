import type { EndpointIndex } from './endpoint-index.ts';
import type { PortPolicy } from './port-policy.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { HintSupport } from './proxy-version.ts';

export type TopologyMode = 'SameNode' | 'SameZone' | 'ClusterWide';

/** Why a node uses its mode. */
export type ModeReason =
  | 'same-node-hints'
  | 'same-node-endpoints'
  | 'same-zone-hints'
  | 'no-hints'
  | 'hints-incomplete'
  | 'no-hint-for-zone'
  | 'node-without-zone'
  | 'hints-not-supported'
  | 'none-ready'
  | 'not-established';

export interface Placement {
  readonly name: string;
  readonly zone: string | null;
}

/** Three results of kube-proxy's CategorizeEndpoints, and the mode that led to them; `reachable` gives the fourth. */
export interface Categories {
  /** `null` if the port never uses the set. */
  readonly cluster: readonly ProxyEndpoint[] | null;
  readonly local: readonly ProxyEndpoint[] | null;
  /** True if the cluster has a usable endpoint: traffic is then dropped, not rejected. */
  readonly hasAny: boolean;
  readonly mode: TopologyMode;
  readonly modeReason: ModeReason;
}

const NONE: readonly ProxyEndpoint[] = [];

/** The endpoints of one port on one node (pkg/proxy/topology.go CategorizeEndpoints, v1.37.1). */
export function categorize(
  index: EndpointIndex,
  policy: PortPolicy,
  at: { readonly node: Placement; readonly hints: HintSupport },
): Categories {
  const { mode, reason } = topologyModeAt(index, at.node, at.hints);
  const cluster = policy.usesCluster ? clusterSet(index, mode, at.node) : null;
  const local = policy.usesLocal ? localSet(index, at.node.name) : null;
  const hasAny = index.ready.length > 0 || index.draining.length > 0;
  return { cluster, local, hasAny, mode, modeReason: reason };
}

function clusterSet(index: EndpointIndex, mode: TopologyMode, node: Placement): readonly ProxyEndpoint[] {
  if (index.ready.length === 0) return index.draining;
  switch (mode) {
    case 'SameNode':
      return index.readyByNodeHint.get(node.name) ?? NONE;
    case 'SameZone':
      return index.readyByZoneHint.get(node.zone ?? '') ?? NONE;
    case 'ClusterWide':
      return index.ready;
    default:
      return mode satisfies never;
  }
}

function localSet(index: EndpointIndex, node: string): readonly ProxyEndpoint[] {
  return index.readyOnNode.get(node) ?? index.drainingOnNode.get(node) ?? NONE;
}

/** The endpoints of both sets. */
export function reachable({ cluster, local }: Categories): readonly ProxyEndpoint[] {
  if (!local || local.length === 0) return cluster ?? local ?? NONE;
  if (!cluster || cluster.length === 0) return local;
  const known = new Set(cluster);
  const missing = local.filter(endpoint => !known.has(endpoint));
  return missing.length === 0 ? cluster : [...cluster, ...missing];
}

/**
 * The mode in which a node uses the cluster set: node hints first, then zone hints, each only if every ready endpoint has
 * one and at least one names this node (or its zone).
 */
export function topologyModeAt(
  index: EndpointIndex,
  node: Placement,
  support: HintSupport,
): { readonly mode: TopologyMode; readonly reason: ModeReason } {
  if (index.ready.length === 0) return { mode: 'ClusterWide', reason: 'none-ready' };
  if (support.nodes && index.everyReadyHasNodeHint && index.readyByNodeHint.has(node.name)) {
    return { mode: 'SameNode', reason: 'same-node-hints' };
  }
  const zone = node.zone ?? (support.blankZone ? '' : null);
  if (support.zones && index.everyReadyHasZoneHint && zone !== null && index.readyByZoneHint.has(zone)) {
    return { mode: 'SameZone', reason: 'same-zone-hints' };
  }
  return { mode: 'ClusterWide', reason: fallbackReason(index, node, support) };
}

function fallbackReason(index: EndpointIndex, node: Placement, support: HintSupport): ModeReason {
  if (index.readyByZoneHint.size === 0 && index.readyByNodeHint.size === 0) return 'no-hints';
  if (!support.zones) return 'hints-not-supported';
  if (!index.everyReadyHasZoneHint) return 'hints-incomplete';
  return node.zone === null ? 'node-without-zone' : 'no-hint-for-zone';
}
