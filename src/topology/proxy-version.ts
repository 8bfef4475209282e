import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { topologyMode } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';

/** Which hints the kube-proxy of one node obeys for one Service. */
export interface HintSupport {
  readonly zones: boolean;
  readonly nodes: boolean;
  /** True if a node without a zone obeys a hint for the zone `''`. */
  readonly blankZone: boolean;
}

/** First minor version whose kube-proxy obeys node hints (gate PreferSameTrafficDistribution, on by default). */
export const NODE_HINTS_SINCE_MINOR = 34;
/** First minor version in which a node without a zone obeys hints for the zone `''` (pkg/proxy/topology.go, v1.33.13). */
export const BLANK_ZONE_HINTS_SINCE_MINOR = 33;
/** First minor version whose kube-proxy obeys zone hints regardless of the annotation (gate ServiceTrafficDistribution). */
export const ZONE_HINTS_WITHOUT_ANNOTATION_SINCE_MINOR = 31;

/**
 * First minor version in which, of two endpoints with one address, the one that is not terminating wins
 * (pkg/proxy/endpointslicecache.go addEndpoints, v1.36.3). Before, the one on the proxy's node won, or else the first seen.
 */
export const NON_TERMINATING_ENDPOINT_WINS_SINCE_MINOR = 36;
/** Last minor version whose informers share one selector, so the label hides a Service too (cmd/kube-proxy/app/server.go, v1.35.4). */
export const HEADLESS_SERVICE_LABEL_LAST_MINOR = 35;

/** Minor version of a node's kube-proxy: its kubelet's, else the cluster's. */
export function proxyMinor(node: Node, facts: ClusterFacts): number {
  return node.kubeletMinor ?? facts.version.minor;
}

/** The hints that a kube-proxy of this minor version obeys (pkg/proxy/topology.go of 1.30 to 1.37). */
export function hintSupport(minor: number, service: Service): HintSupport {
  return {
    zones: minor >= ZONE_HINTS_WITHOUT_ANNOTATION_SINCE_MINOR || annotationEnablesHints(service),
    nodes: minor >= NODE_HINTS_SINCE_MINOR,
    blankZone: minor >= BLANK_ZONE_HINTS_SINCE_MINOR,
  };
}

/** kube-proxy up to 1.30 requires the annotation, with any value other than Disabled. */
function annotationEnablesHints(service: Service): boolean {
  const mode = topologyMode(service) ?? '';
  return mode !== '' && mode !== 'Disabled' && mode !== 'disabled';
}
