import type { EndpointSlice } from '../model/endpoint-slice.ts';

/** Which nodes the endpoints of a Service cover, whatever their ports. */
export interface Coverage {
  /** Nodes with an endpoint that will serve again; `starting` where all of them are still unready: a rollout, not a hole. */
  readonly nodes: ReadonlyMap<string, 'starting' | 'serving'>;
  /** Endpoints that no node can call local: custom slices without nodeName. */
  readonly withoutNode: number;
  readonly endpoints: number;
}

/**
 * A node is covered by any endpoint that is not terminating for good, ready or not. Terminating endpoints that still
 * serve keep the node's traffic going (pkg/proxy/topology.go, v1.37.1).
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
