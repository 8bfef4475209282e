import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import { isProxied } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';

/** A Pod of a Service, as its slices list it. */
export interface ServicePod {
  readonly name: string;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly isReady: boolean;
  /** Of all IP families. */
  readonly addresses: readonly string[];
  /** The names of the slices that list it, joined: Pods of one node and equal slices serve the same ports. */
  readonly slices: string;
}

/** Some Pods. */
export interface PodSelection {
  /** False for Services that cannot have such Pods. */
  isCandidate(service: Service): boolean;
  isPod(podName: string, endpoint: Endpoint): boolean;
}

/** The Pods of a Service that are not terminating, by whether they are selected. Endpoints without a Pod count as other ones. */
export interface ServicePods {
  readonly matching: readonly ServicePod[];
  readonly others: readonly Endpoint[];
}

export interface ServiceWithPods {
  readonly service: Service;
  readonly pods: ServicePods;
}

/** Candidates whose slices are read without a pause. */
const MAX_CANDIDATES_PER_STEP = 1000;

/** Services that kube-proxy routes and whose slices list a selected Pod; `null` where the caller may pause. */
export function* servicesWithPods(topology: Topology, selection: PodSelection): Generator<ServiceWithPods | null> {
  let candidates = 0;
  for (const service of topology.services()) {
    if (service.selector === null || service.deleting || !isProxied(service) || !selection.isCandidate(service))
      continue;
    if (++candidates % MAX_CANDIDATES_PER_STEP === 0) yield null;
    const slices = topology.slices(service.namespace, service.name);
    // Most Services have none: nothing is allocated for them.
    if (
      !slices.some(
        slice => isControllerManaged(slice) && slice.endpoints.some(endpoint => isMatching(endpoint, selection)),
      )
    )
      continue;
    yield { service, pods: podsOf(slices, selection) };
  }
}

function isMatching(endpoint: Endpoint, { isPod }: PodSelection): boolean {
  const { podName, address, terminating } = endpoint;
  return podName !== undefined && terminating !== true && address !== '' && isPod(podName, endpoint);
}

function podsOf(slices: readonly EndpointSlice[], selection: PodSelection): ServicePods {
  const matching = new Map<string, ServicePod>();
  const others: Endpoint[] = [];
  for (const slice of slices.filter(isControllerManaged)) {
    for (const endpoint of slice.endpoints) {
      const { podName = '', address, terminating } = endpoint;
      if (isMatching(endpoint, selection))
        matching.set(podName, withEndpoint(matching.get(podName), endpoint, slice.name));
      else if (terminating !== true && address !== '') others.push(endpoint);
    }
  }
  return { matching: [...matching.values()], others };
}

function withEndpoint(known: ServicePod | undefined, endpoint: Endpoint, slice: string): ServicePod {
  const { podName = '', nodeName, zone, address, ready } = endpoint;
  return {
    name: podName,
    nodeName,
    zone,
    isReady: ready !== false,
    addresses: [...(known?.addresses ?? []), address],
    slices: known ? `${known.slices} ${slice}` : slice,
  };
}
