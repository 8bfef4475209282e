import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { isEstablished } from './data-planes/index.ts';
import type { TrafficInput } from './entrances.ts';
import { portRoutings } from './port-routing.ts';
import { ServiceEndpoints } from './service-endpoints.ts';

export interface ServiceInCluster extends Pick<TrafficInput, 'service' | 'clients' | 'nodes'> {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly facts: ClusterFacts;
}

/** The current routing of a Service, without ports if its data plane is unknown. */
export function currentTraffic({ slices, facts, ...traffic }: ServiceInCluster): TrafficInput {
  const { service } = traffic;
  const ports = isEstablished(facts) ? portRoutings({ service, endpoints: new ServiceEndpoints(slices), facts }) : [];
  return { ...traffic, ports, minor: facts.version.minor };
}
