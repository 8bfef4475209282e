import type { Endpoint } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { withoutEndpoints } from '../../topology/scenarios/service-pods.ts';
import { withSlices } from '../../topology/topology-view.ts';
import type { ServicePods } from './service-pods.ts';

/** The topology without the Service's terminating endpoints: they end by themselves, within their grace period. */
export function withoutTerminating(topology: Topology, service: Service): Topology {
  return without(topology, service, ({ terminating }) => terminating === true);
}

/** The topology before a change of these Pods: those of them that are not ready have no traffic to lose. */
export function carryingTraffic(topology: Topology, service: Service, { matching }: ServicePods): Topology {
  const unready = new Set(matching.filter(({ isReady }) => !isReady).flatMap(({ addresses }) => addresses));
  return without(topology, service, ({ terminating, address }) => terminating === true || unready.has(address));
}

export function hasReadyEndpoint(topology: Topology, { namespace, name }: Service): boolean {
  return topology.slices(namespace, name).some(({ endpoints }) => endpoints.some(({ ready }) => ready !== false));
}

function without(topology: Topology, service: Service, isGone: (endpoint: Endpoint) => boolean): Topology {
  const slices = topology.slices(service.namespace, service.name);
  const left = withoutEndpoints(slices, isGone);
  return left === slices ? topology : withSlices(topology, service, left);
}
