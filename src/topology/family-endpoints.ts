import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import type { IPFamily } from '../model/service.ts';

/** The endpoints that kube-proxy reads in one IP family, each address once: a Pod is in one slice per set of ports. */
export function endpointsOfFamily(slices: readonly EndpointSlice[], family: IPFamily): readonly Endpoint[] {
  const own = slices.filter(slice => slice.proxied && slice.addressType === family).flatMap(slice => slice.endpoints);
  return [...new Map(own.filter(({ address }) => address !== '').map(one => [one.address, one])).values()];
}
