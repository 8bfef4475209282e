import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged, SLICE_CONTROLLER } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import { mapUnlessSame, withEndpoints } from '../slice-hints.ts';
import type { PodsByNode } from './feasible-nodes.ts';

/** The endpoints of the controller's slices in the Service's first IP family that are not terminating: one per Pod. */
export function podEndpoints({ ipFamilies }: Service, slices: readonly EndpointSlice[]): readonly Endpoint[] {
  const byAddress = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (!isControllerManaged(slice) || slice.addressType !== ipFamilies[0]) continue;
    for (const endpoint of slice.endpoints) {
      if (endpoint.terminating !== true && endpoint.address !== '') byAddress.set(endpoint.address, endpoint);
    }
  }
  return [...byAddress.values()];
}

export function podsByNode(pods: readonly Endpoint[]): PodsByNode {
  const counts = new Map<string, number>();
  for (const { nodeName } of pods) if (nodeName !== null) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  return counts;
}

/** The slices without the endpoints for which `isGone` is true. Slices of other managers stay unchanged. */
export function withoutEndpoints(
  slices: readonly EndpointSlice[],
  isGone: (endpoint: Endpoint) => boolean,
): readonly EndpointSlice[] {
  return mapUnlessSame(slices, slice =>
    isControllerManaged(slice) ? withEndpoints(slice, endpoint => (isGone(endpoint) ? null : endpoint)) : slice,
  );
}

/**
 * The slices without these Pods, given by addresses of one or both IP families. Slices do not say which addresses are of one
 * Pod: in the other family as many are removed on each node, of Pods that are as ready.
 */
export function withoutPods(slices: readonly EndpointSlice[], addresses: Iterable<string>): readonly EndpointSlice[] {
  const gone = new Set(addresses);
  const byFamily = Map.groupBy(slices.filter(isControllerManaged), ({ addressType }) => addressType);
  if (byFamily.size > 1) addOtherAddresses(gone, [...byFamily.values()].map(podsByAddress));
  return withoutEndpoints(slices, ({ address }) => gone.has(address));
}

function podsByAddress(slices: readonly EndpointSlice[]): ReadonlyMap<string, Endpoint> {
  const endpoints = slices.flatMap(slice => slice.endpoints).filter(({ terminating }) => terminating !== true);
  return new Map(endpoints.map(endpoint => [endpoint.address, endpoint]));
}

function addOtherAddresses(gone: Set<string>, families: readonly ReadonlyMap<string, Endpoint>[]): void {
  const placeOf = ({ nodeName, ready }: Endpoint) => `${nodeName} ${ready !== false}`;
  const byPlace = families.map(pods => {
    const own = [...gone].flatMap(address => pods.get(address) ?? []);
    return Map.groupBy(own, placeOf);
  });
  for (const [i, pods] of families.entries()) {
    const known = (place: string) => byPlace[i]?.get(place)?.length ?? 0;
    const places = new Set(byPlace.flatMap(counts => [...counts.keys()]));
    const missing = new Map(
      [...places].map(place => [
        place,
        Math.max(...byPlace.map(counts => counts.get(place)?.length ?? 0)) - known(place),
      ]),
    );
    for (const [address, pod] of pods) {
      const count = missing.get(placeOf(pod)) ?? 0;
      if (count <= 0 || gone.has(address)) continue;
      missing.set(placeOf(pod), count - 1);
      gone.add(address);
    }
  }
}

/** The slices with a ready endpoint per node and IP family, for every port that the Pods serve today. */
export function withPodsOn(
  slices: readonly EndpointSlice[],
  service: Service,
  nodes: readonly Node[],
): readonly EndpointSlice[] {
  if (nodes.length === 0) return slices;
  const all = withSliceOfEachFamily(slices, service);
  const added = nodes.map((node, i) => readyEndpoint(`new-pod-${i + 1}-on-${node.name}`, node));
  const taking = new Set([...Map.groupBy(all, slice => slice.addressType).values()].flatMap(slicesOfNewPods));
  return all.map(slice => (taking.has(slice) ? { ...slice, endpoints: [...slice.endpoints, ...added] } : slice));
}

export function readyEndpoint(address: string, { name, zone }: Node): Endpoint {
  return { address, ready: true, serving: true, terminating: false, nodeName: name, zone, hints: null };
}

/** One slice, and where the ports are in several, as few as have all of them. */
function slicesOfNewPods(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  const usable = slices.filter(slice => isControllerManaged(slice) && slice.ports.length > 0);
  const served = new Set<string>();
  return usable
    .toReversed()
    .sort((a, b) => b.ports.length - a.ports.length)
    .filter(({ ports }) => {
      const before = served.size;
      for (const { name } of ports) served.add(name ?? '');
      return served.size > before;
    });
}

/** A Service without endpoints has no slice, or one without ports. */
function withSliceOfEachFamily(slices: readonly EndpointSlice[], service: Service): readonly EndpointSlice[] {
  const usable = slices.filter(slice => isControllerManaged(slice) && slice.ports.length > 0);
  const made = emptySlicesOfOtherFamilies(usable, service);
  return [...slices.filter(slice => !usable.includes(slice)), ...usable, ...made];
}

/** An empty slice for each IP family of the Service that has none. The number of a named target port does not matter here. */
export function emptySlicesOfOtherFamilies(
  slices: readonly EndpointSlice[],
  { namespace, name, clusterIP, ipFamilies, ports }: Service,
): readonly EndpointSlice[] {
  const lacking = ipFamilies.filter(family => !slices.some(slice => slice.addressType === family));
  return lacking.map(addressType => ({
    namespace,
    name: `${name}-${addressType}`,
    serviceName: name,
    managedBy: SLICE_CONTROLLER,
    addressType,
    proxied: clusterIP !== 'None',
    ports: ports.map(port => ({
      name: port.name,
      protocol: port.protocol,
      port: typeof port.targetPort === 'number' && port.targetPort > 0 ? port.targetPort : port.port,
    })),
    endpoints: [],
  }));
}
