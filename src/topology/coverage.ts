import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';

/** How well the endpoints of a Service cover a set of nodes, whatever their ports. */
export interface Coverage {
  /** Nodes without any endpoint that will serve again. */
  readonly uncovered: readonly Node[];
  /** Nodes whose endpoints are all still unready: a rollout, not a hole. */
  readonly starting: readonly Node[];
  /** Endpoints that no node can call local: custom slices without nodeName. */
  readonly withoutNode: number;
  readonly endpoints: number;
}

/**
 * A node is covered by any endpoint that is not terminating for good, ready or not. Terminating endpoints that still
 * serve keep the node's traffic going (pkg/proxy/topology.go, v1.37.1).
 */
export function coverage(slices: readonly EndpointSlice[], nodes: readonly Node[]): Coverage {
  const best = new Map<string, 'starting' | 'serving'>();
  let withoutNode = 0;
  let endpoints = 0;
  for (const endpoint of slices.filter(slice => slice.proxied).flatMap(slice => slice.endpoints)) {
    const terminating = endpoint.terminating === true;
    const serving = endpoint.serving ?? endpoint.ready ?? true;
    if (endpoint.address === '' || (terminating && !serving)) continue;
    endpoints++;
    if (endpoint.nodeName === null) withoutNode++;
    else if (endpoint.ready !== false || (terminating && serving)) best.set(endpoint.nodeName, 'serving');
    else if (!best.has(endpoint.nodeName)) best.set(endpoint.nodeName, 'starting');
  }
  return {
    uncovered: nodes.filter(node => !best.has(node.name)),
    starting: nodes.filter(node => best.get(node.name) === 'starting'),
    withoutNode,
    endpoints,
  };
}
