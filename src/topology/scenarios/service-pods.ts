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

/** The slices without these Pods, given as endpoints of the first IP family. In the other family as many are removed on each node. */
export function withoutPods(
  slices: readonly EndpointSlice[],
  { ipFamilies }: Service,
  pods: readonly Endpoint[],
): readonly EndpointSlice[] {
  const addresses = new Set(pods.map(({ address }) => address));
  const left = new Map<string | null, number>();
  for (const { nodeName } of pods) left.set(nodeName, (left.get(nodeName) ?? 0) + 1);
  return mapUnlessSame(slices, slice => {
    if (!isControllerManaged(slice)) return slice;
    if (slice.addressType === ipFamilies[0])
      return withEndpoints(slice, endpoint => (addresses.has(endpoint.address) ? null : endpoint));
    return withEndpoints(slice, endpoint => {
      const count = left.get(endpoint.nodeName) ?? 0;
      if (count === 0 || endpoint.terminating === true) return endpoint;
      left.set(endpoint.nodeName, count - 1);
      return null;
    });
  });
}

/** The slices with a ready endpoint per node and IP family. */
export function withPodsOn(
  slices: readonly EndpointSlice[],
  service: Service,
  nodes: readonly Node[],
): readonly EndpointSlice[] {
  if (nodes.length === 0) return slices;
  const all = withSliceOfEachFamily(slices, service);
  const added = nodes.map(
    ({ name, zone }, i): Endpoint => ({
      address: `new-pod-${i + 1}-on-${name}`,
      ready: true,
      serving: true,
      terminating: false,
      nodeName: name,
      zone,
      hints: null,
    }),
  );
  const last = new Map(all.map((slice, i) => [slice.addressType, i]));
  return all.map((slice, i) =>
    last.get(slice.addressType) === i ? { ...slice, endpoints: [...slice.endpoints, ...added] } : slice,
  );
}

/** A Service without endpoints has no slice, or one without ports. The number of a named target port does not matter here. */
function withSliceOfEachFamily(slices: readonly EndpointSlice[], service: Service): readonly EndpointSlice[] {
  const usable = slices.filter(slice => isControllerManaged(slice) && slice.ports.length > 0);
  const lacking = service.ipFamilies.filter(family => !usable.some(slice => slice.addressType === family));
  const { namespace, name } = service;
  const made = lacking.map(
    (addressType): EndpointSlice => ({
      namespace,
      name: `${name}-${addressType}`,
      serviceName: name,
      managedBy: SLICE_CONTROLLER,
      addressType,
      proxied: service.clusterIP !== 'None',
      ports: service.ports.map(port => ({
        name: port.name,
        protocol: port.protocol,
        port: typeof port.targetPort === 'number' && port.targetPort > 0 ? port.targetPort : port.port,
      })),
      endpoints: [],
    }),
  );
  // The endpoints are added to the last slice of a family.
  return [...slices.filter(slice => !usable.includes(slice)), ...usable, ...made];
}
