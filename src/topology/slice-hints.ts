import type { Endpoint, EndpointHints, EndpointSlice } from '../model/endpoint-slice.ts';

/** Both heuristics read an absent ready condition as not ready, unlike kube-proxy. */
export function isReadyForHints(endpoint: Endpoint): boolean {
  return endpoint.ready === true;
}

/** Sets the hints. A slice or endpoint that already has them stays the same object. */
export function withHints(
  slices: readonly EndpointSlice[],
  hints: (endpoint: Endpoint) => EndpointHints | null,
): readonly EndpointSlice[] {
  return slices.map(slice => {
    let changed = false;
    const endpoints = slice.endpoints.map(endpoint => {
      const should = hints(endpoint);
      if (sameHints(endpoint.hints, should)) return endpoint;
      changed = true;
      return { ...endpoint, hints: should };
    });
    return changed ? { ...slice, endpoints } : slice;
  });
}

function sameHints(a: EndpointHints | null, b: EndpointHints | null): boolean {
  if (a === null || b === null) return a === b;
  return sameNames(a.zones, b.zones) && sameNames(a.nodes, b.nodes);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
