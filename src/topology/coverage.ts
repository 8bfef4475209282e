import type { EndpointSlice } from '../model/endpoint-slice.ts';

/** Which nodes the endpoints of a Service cover, whatever their ports. */
export interface Coverage {
  /** Covered nodes; `starting` if all their endpoints are unready, as in a rollout. */
  readonly nodes: ReadonlyMap<string, 'starting' | 'serving'>;
  /** Endpoints that are local to no node: those of custom slices without nodeName. */
  readonly withoutNode: number;
  readonly endpoints: number;
}

/**
 * A node is covered by any endpoint, ready or not, unless it is terminating and not serving. kube-proxy still uses
 * terminating endpoints that serve (pkg/proxy/topology.go, v1.37.1).
 */
export function coverage(slices: readonly EndpointSlice[]): Coverage {
  const nodes = new Map<string, 'starting' | 'serving'>();
  let withoutNode = 0;
  let endpoints = 0;
  for (const endpoint of slices.filter(slice => slice.proxied).flatMap(slice => slice.endpoints)) {
    const terminating = endpoint.terminating === true;
    const serving = endpoint.serving ?? endpoint.ready ?? true;
    if (endpoint.address === '' || (terminating && !serving)) continue;
    endpoints++;
    if (endpoint.nodeName === null) withoutNode++;
    else if (endpoint.ready !== false || (terminating && serving)) nodes.set(endpoint.nodeName, 'serving');
    else if (!nodes.has(endpoint.nodeName)) nodes.set(endpoint.nodeName, 'starting');
  }
  return { nodes, withoutNode, endpoints };
}
