import type { ModeReason, TopologyMode } from './categorize.ts';
import type { PortPolicy } from './port-policy.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';

export const TRAFFIC_CLASSES = ['internal', 'external', 'shortCircuit'] as const;
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];

/** The kind of address that traffic is sent to. */
export type Entrance = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalIP';

/** How endpoints are chosen: only this node's, or the cluster set in one of its modes. */
export type RouteMode = 'NodeLocal' | TopologyMode;

export type VerdictReason =
  | ModeReason
  | 'local-endpoints'
  | 'draining-local-endpoints'
  | 'draining-endpoints'
  | 'no-local-endpoint'
  | 'no-endpoint-for-zone'
  | 'no-endpoints'
  | 'ipvs-falls-back-to-cluster'
  | 'ipvs-reply-is-lost'
  | 'not-established'
  | 'not-exposed';

/** How one node routes one traffic class. */
export interface Route {
  readonly mode: RouteMode;
  /** `unknown` if the behaviour of the data plane is not established: the traffic counts neither as forwarded nor as lost. */
  readonly verdict: 'forward' | 'drop' | 'reject' | 'unknown';
  readonly endpoints: readonly ProxyEndpoint[];
  readonly reason: VerdictReason;
}

/** The route of traffic for which the behaviour of the data plane is not established. */
export const UNKNOWN_ROUTE: Route = {
  mode: 'ClusterWide',
  verdict: 'unknown',
  endpoints: [],
  reason: 'not-established',
};

/** The route of traffic that the data plane leaves alone on purpose, as an annotation of the Service says. */
export const NOT_EXPOSED: Route = { ...UNKNOWN_ROUTE, reason: 'not-exposed' };

export function isLost(route: Pick<Route, 'verdict'> | null): boolean {
  return route?.verdict === 'drop' || route?.verdict === 'reject';
}

/** False if a port has no traffic of the class. */
export function hasTraffic(trafficClass: TrafficClass, policy: PortPolicy): boolean {
  if (trafficClass === 'internal') return true;
  return trafficClass === 'external' ? policy.accessible : policy.shortCircuit;
}
