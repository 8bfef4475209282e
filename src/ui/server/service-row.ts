import type { ClusterView } from '../../engine/evaluate-existing.ts';
import type { Service } from '../../model/service.ts';
import { isEstablished } from '../../topology/data-planes/index.ts';
import type { TrafficInput } from '../../topology/entrances.ts';
import { nodesLosingTraffic } from '../../topology/lost-traffic.ts';
import { portRoutings } from '../../topology/port-routing.ts';
import type { TrafficClass } from '../../topology/route.ts';
import { ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { inZoneShare } from '../../topology/traffic-shares.ts';
import type { ServiceRow } from '../api.ts';

/** A Service and the state of the cluster that it is evaluated in. */
export interface ServiceInView {
  readonly service: Service;
  readonly view: ClusterView;
}

/** One row of the overview, computed from the Service's current slices. */
export function serviceRow(
  { service, view }: ServiceInView,
  findings: ServiceRow['findings'],
  { clients, nodes }: Pick<TrafficInput, 'clients' | 'nodes'>,
): ServiceRow {
  const { namespace, name, type } = service;
  const { facts } = view;
  const slices = view.topology.slices(namespace, name);
  // An unknown data plane has no known routes.
  const ports = isEstablished(facts) ? portRoutings({ service, endpoints: new ServiceEndpoints(slices), facts }) : [];
  const input = { service, ports, clients, nodes, minor: facts.version.minor };
  const lost = (trafficClass: TrafficClass) => nodesLosingTraffic(trafficClass, input).length;
  return {
    ...{ namespace, name, type, findings },
    inZone: inZoneShare(ports, clients),
    lost: { internal: lost('internal'), external: lost('external'), shortCircuit: lost('shortCircuit') },
  };
}
