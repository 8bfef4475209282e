import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';

/** Both heuristics read an absent ready condition as not ready, unlike kube-proxy. */
export function isReadyForHints(endpoint: Endpoint): boolean {
  return endpoint.ready === true;
}

export function withHints(
  slices: readonly EndpointSlice[],
  hints: (endpoint: Endpoint) => Endpoint['hints'],
): readonly EndpointSlice[] {
  return slices.map(slice => ({
    ...slice,
    endpoints: slice.endpoints.map(endpoint => ({ ...endpoint, hints: hints(endpoint) })),
  }));
}
