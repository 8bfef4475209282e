import type { EndpointSlice } from '../model/endpoint-slice.ts';

/** The endpoints of a Service, whatever their ports. */
export interface Coverage {
  readonly endpoints: number;
  /** Endpoints that are local to no node: those of custom slices without nodeName. */
  readonly withoutNode: number;
}

/** Counts the endpoints that are ready, starting, or terminating and still serving. */
export function coverage(slices: readonly EndpointSlice[]): Coverage {
  let withoutNode = 0;
  let endpoints = 0;
  for (const endpoint of slices.filter(slice => slice.proxied).flatMap(slice => slice.endpoints)) {
    const serving = endpoint.serving ?? endpoint.ready ?? true;
    const isGone = endpoint.terminating === true && !serving && endpoint.ready !== true;
    if (endpoint.address === '' || isGone) continue;
    endpoints++;
    if (endpoint.nodeName === null) withoutNode++;
  }
  return { endpoints, withoutNode };
}
