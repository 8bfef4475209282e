import type { ClusterView } from '../../engine/evaluate-existing.ts';
import type { Service } from '../../model/service.ts';
import type { TrafficInput } from '../../topology/entrances.ts';
import { lossCounts } from '../../topology/lost-traffic.ts';
import { currentTraffic } from '../../topology/service-traffic.ts';
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
  const { facts, topology } = view;
  const traffic = currentTraffic({ service, slices: topology.slices(namespace, name), facts, clients, nodes });
  return {
    ...{ namespace, name, type, findings },
    inZone: inZoneShare(traffic.ports, clients),
    lost: lossCounts(traffic),
  };
}
