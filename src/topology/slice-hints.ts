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
  return mapUnlessSame(slices, slice =>
    withEndpoints(slice, endpoint => {
      const should = hints(endpoint);
      return sameHints(endpoint.hints, should) ? endpoint : { ...endpoint, hints: should };
    }),
  );
}

/** The slice with each endpoint replaced, or removed if the result is null. It stays the same object if no endpoint changes. */
export function withEndpoints(slice: EndpointSlice, replace: (endpoint: Endpoint) => Endpoint | null): EndpointSlice {
  const endpoints = mapUnlessSame(slice.endpoints, replace);
  return endpoints === slice.endpoints ? slice : { ...slice, endpoints };
}

/** The results that are not null; the same array if every result is its item. */
export function mapUnlessSame<T>(items: readonly T[], replace: (item: T) => T | null): readonly T[] {
  let changed: T[] | null = null;
  items.forEach((item, index) => {
    const result = replace(item);
    if (result !== item) changed ??= items.slice(0, index);
    if (changed && result !== null) changed.push(result);
  });
  return changed ?? items;
}

function sameHints(a: EndpointHints | null, b: EndpointHints | null): boolean {
  if (a === null || b === null) return a === b;
  return sameNames(a.zones, b.zones) && sameNames(a.nodes, b.nodes);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
