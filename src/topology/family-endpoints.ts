import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import type { IPFamily } from '../model/service.ts';

/** What the slices of one IP family hold for kube-proxy, an address once: a Pod stands in one slice for each set of ports. */
export function endpointsOf(slices: readonly EndpointSlice[], family: IPFamily): readonly Endpoint[] {
  const own = slices.filter(slice => slice.proxied && slice.addressType === family).flatMap(slice => slice.endpoints);
  return [...new Map(own.filter(({ address }) => address !== '').map(one => [one.address, one])).values()];
}
