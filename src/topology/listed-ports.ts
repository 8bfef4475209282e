import type { EndpointSlice } from '../model/endpoint-slice.ts';

export function hasEndpoints({ proxied, endpoints }: EndpointSlice): boolean {
  return proxied && endpoints.length > 0;
}

/** The key of a port in `listedPorts`. */
export function listedPortKey(
  family: string,
  { name, protocol }: { readonly name: string | null; readonly protocol: string },
): string {
  return `${family} ${protocol}/${name}`;
}

/** Keys of the ports in these slices; also of slices without endpoints, as of a backend that is scaled to zero. */
export function listedPorts(slices: readonly EndpointSlice[]): ReadonlySet<string> {
  const keys = slices
    .filter(({ proxied }) => proxied)
    .flatMap(({ addressType, ports }) =>
      ports.filter(({ port }) => port).map(port => listedPortKey(addressType, port)),
    );
  return new Set(keys);
}
