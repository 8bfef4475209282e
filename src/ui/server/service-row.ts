import type { StandingView } from '../../engine/evaluate-existing.ts';
import type { Node } from '../../model/node.ts';
import { isExternalLocal, type Service } from '../../model/service.ts';
import { isNotExcludedFromBalancers } from '../../topology/load-balancer-nodes.ts';
import { selectNodes } from '../../topology/node-selection.ts';
import { NodeSet } from '../../topology/node-set.ts';
import type { PortReach } from '../../topology/port-routing.ts';
import { reach } from '../../topology/port-routing.ts';
import type { TrafficClass } from '../../topology/route.ts';
import { ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { internalLoad } from '../../topology/traffic-shares.ts';
import type { ServiceRow } from '../api.ts';

/** A Service and the state of the cluster that it is evaluated in. */
export interface Subject {
  readonly service: Service;
  readonly view: StandingView;
}

/** One row of the overview, computed from the Service's current slices. */
export function serviceRow({ service, view }: Subject, findings: ServiceRow['findings'], clients: NodeSet): ServiceRow {
  const { namespace, name, type } = service;
  const slices = view.topology.slices(namespace, name);
  // An unknown data plane has no known routes.
  const ports =
    view.facts.dataPlane.kind === 'other'
      ? []
      : reach({ service, endpoints: new ServiceEndpoints(slices), facts: view.facts });
  const lost = {
    internal: lostNodes(ports, clients, 'internal'),
    external: lostOutside(service, ports, clients),
    shortCircuit: lostNodes(ports, clients, 'shortCircuit'),
  };
  return { namespace, name, type, findings, inZone: inZone(ports, clients), lost };
}

/** Mean over the ports that have endpoints in known zones. */
function inZone(ports: readonly PortReach[], clients: NodeSet): number | null {
  if (clients.zones.length === 0) return null;
  const placed = ports.filter(({ index }) => [...index.ready, ...index.draining].some(({ zone }) => zone !== null));
  if (placed.length === 0) return null;
  const mean = placed.reduce((sum, port) => sum + internalLoad(port, clients).inZone, 0) / placed.length;
  // Rounds away the floating-point error of the sum, so that a whole is exactly 1.
  return Math.round(mean * 1e6) / 1e6;
}

/**
 * A load balancer with a health check port skips nodes without ready endpoints, unless all nodes lack them. No load
 * balancer sends to nodes excluded by label.
 */
function lostOutside(service: Service, ports: readonly PortReach[], clients: NodeSet): number {
  const receivers = clients.where(isNotExcludedFromBalancers);
  if (!isExternalLocal(service) || service.healthCheckNodePort === 0) return lostNodes(ports, receivers, 'external');
  const names = new Set(ports.flatMap(({ index }) => [...index.readyOnNode.keys()]));
  const healthy = new NodeSet([...names].flatMap(name => receivers.get(name) ?? []));
  return lostNodes(ports, healthy.size > 0 ? healthy : receivers, 'external');
}

/** Ports without endpoints are ignored if another port has some: their endpoints may be pending. */
function lostNodes(ports: readonly PortReach[], clients: NodeSet, trafficClass: TrafficClass): number {
  const filled = ports.filter(({ index }) => index.all.length > 0);
  const known = filled.length > 0 ? filled : ports;
  const apart = known.map(({ index }) => index.named);
  const isLost = (port: PortReach, node: Node) => (port.route(trafficClass, node)?.verdict ?? 'forward') !== 'forward';
  return selectNodes(clients, apart, node => known.some(port => isLost(port, node))).length;
}
