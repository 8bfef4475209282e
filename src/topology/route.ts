import type { DataPlane } from '../model/topology.ts';
import type { Categories, ModeReason, TopologyMode } from './categorize.ts';
import type { PortPolicy } from './port-policy.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';

export type TrafficClass = 'internal' | 'external' | 'shortCircuit';

/** How endpoints are chosen: only this node's, or the cluster set in one of its modes. */
export type RouteMode = 'NodeLocal' | TopologyMode;

export type VerdictReason =
  | ModeReason
  | 'local-endpoints'
  | 'draining-local-endpoints'
  | 'draining-endpoints'
  | 'no-local-endpoint'
  | 'no-endpoints'
  | 'ipvs-falls-back-to-cluster'
  | 'ipvs-reply-is-lost';

/** How one node routes one traffic class. */
export interface Route {
  readonly mode: RouteMode;
  readonly verdict: 'forward' | 'drop' | 'reject';
  readonly endpoints: readonly ProxyEndpoint[];
  readonly reason: VerdictReason;
}

const NONE: readonly ProxyEndpoint[] = [];

/**
 * The route of one traffic class, or `null` if the port has no such traffic. A Local policy without an endpoint on the node
 * drops traffic if other nodes have endpoints and rejects it if none has (pkg/proxy/nftables/proxier.go syncProxyRules,
 * v1.37.1). The short-circuit always uses the cluster set: a client that is already on a node of the cluster cannot be
 * sent to a better one.
 */
export function route(
  trafficClass: TrafficClass,
  policy: PortPolicy,
  at: { readonly categories: Categories; readonly dataPlane: DataPlane },
): Route | null {
  if (trafficClass !== 'internal' && !policy.accessible) return null;
  if (at.dataPlane.kind === 'ipvs') return ipvsRoute(trafficClass, policy, at.categories);
  return isLocal(trafficClass, policy) ? localRoute(at.categories) : clusterRoute(at.categories);
}

function isLocal(trafficClass: TrafficClass, policy: PortPolicy): boolean {
  if (trafficClass === 'internal') return policy.internalLocal;
  return trafficClass === 'external' && policy.externalLocal;
}

function localRoute({ local, hasAny }: Categories): Route {
  const endpoints = local ?? NONE;
  if (endpoints.length > 0) {
    const reason = endpoints[0]?.ready ? 'local-endpoints' : 'draining-local-endpoints';
    return { mode: 'NodeLocal', verdict: 'forward', endpoints, reason };
  }
  return hasAny
    ? { mode: 'NodeLocal', verdict: 'drop', endpoints, reason: 'no-local-endpoint' }
    : { mode: 'NodeLocal', verdict: 'reject', endpoints, reason: 'no-endpoints' };
}

function clusterRoute({ cluster, mode, modeReason }: Categories): Route {
  const endpoints = cluster ?? NONE;
  if (endpoints.length === 0) return { mode, verdict: 'reject', endpoints, reason: 'no-endpoints' };
  const reason = modeReason === 'none-ready' ? 'draining-endpoints' : modeReason;
  return { mode, verdict: 'forward', endpoints, reason };
}

/**
 * IPVS keeps one virtual server per address for all clients. A Local policy without local endpoints falls back to the
 * cluster set, if the port has one; replies to clients outside the cluster then carry the Pod's address and are lost
 * (pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1).
 */
function ipvsRoute(trafficClass: TrafficClass, policy: PortPolicy, categories: Categories): Route {
  const local = trafficClass === 'internal' ? policy.internalLocal : policy.externalLocal;
  if (!local) return clusterRoute(categories);
  const strict = localRoute(categories);
  const fallback = categories.cluster ?? NONE;
  if (strict.verdict !== 'drop' || fallback.length === 0) return strict;
  if (trafficClass === 'external') return { ...strict, reason: 'ipvs-reply-is-lost' };
  return { mode: categories.mode, verdict: 'forward', endpoints: fallback, reason: 'ipvs-falls-back-to-cluster' };
}
