import type { StandingView } from '../engine/standing.ts';
import { isExternalLocal, type Service } from '../model/service.ts';
import type { ServiceRow } from '../page/contract.ts';
import { EXCLUDE_BALANCERS_LABEL } from '../topology/balancer-nodes.ts';
import { internalLoad } from '../topology/load.ts';
import type { PortReach } from '../topology/reach.ts';
import { reach } from '../topology/reach.ts';
import type { TrafficClass } from '../topology/verdict.ts';
import type { PageClients, Sender } from './page-clients.ts';

/** A Service, and all that it is judged by. */
export interface Subject {
  readonly service: Service;
  readonly view: StandingView;
}

/** One Service in a line, by its slices as they stand. */
export function serviceRow(
  { service, view }: Subject,
  findings: ServiceRow['findings'],
  clients: PageClients,
): ServiceRow {
  const { namespace, name, type } = service;
  const slices = view.topology.slices(namespace, name);
  // Nothing is claimed of a data plane that is not known.
  const ports = view.facts.dataPlane.kind === 'other' ? [] : reach(service, slices, view.facts);
  const senders = ports.length > 0 ? clients.of(service, slices, view) : [];
  const lost = {
    internal: lostNodes(ports, senders, 'internal'),
    external: lostOutside(service, ports, senders),
    shortCircuit: lostNodes(ports, senders, 'shortCircuit'),
  };
  return { namespace, name, type, findings, inZone: inZone(ports, senders), lost };
}

/** Mean over the ports that have endpoints in known zones. */
function inZone(ports: readonly PortReach[], senders: readonly Sender[]): number | null {
  const nodes = senders.map(({ node }) => node);
  if (nodes.every(({ zone }) => zone === null)) return null;
  const placed = ports.filter(({ index }) => [...index.ready, ...index.draining].some(({ zone }) => zone !== null));
  if (placed.length === 0) return null;
  const mean = placed.reduce((sum, port) => sum + internalLoad(port, nodes).inZone, 0) / placed.length;
  // Sums of shares are a hair off: a whole is to be 1.
  return Math.round(mean * 1e6) / 1e6;
}

/**
 * A load balancer with a health check port leaves out nodes without ready endpoint, unless all are. No balancer at all
 * sends to nodes that are excluded by label.
 */
function lostOutside(service: Service, ports: readonly PortReach[], senders: readonly Sender[]): number {
  const receivers = senders.filter(({ node }) => !(EXCLUDE_BALANCERS_LABEL in node.labels));
  const checked = isExternalLocal(service) && service.healthCheckNodePort !== 0;
  const healthy = checked
    ? receivers.filter(({ node }) => ports.some(port => port.index.readyOnNode.has(node.name)))
    : [];
  return lostNodes(ports, healthy.length > 0 ? healthy : receivers, 'external');
}

/** A port without endpoints, beside others that have some, may be one to come: nothing is known of it. */
function lostNodes(ports: readonly PortReach[], senders: readonly Sender[], trafficClass: TrafficClass): number {
  const filled = ports.filter(({ index }) => index.all.length > 0);
  const known = filled.length > 0 ? filled : ports;
  return countOf(
    senders.filter(({ node }) =>
      known.some(port => (port.route(trafficClass, node)?.verdict ?? 'forward') !== 'forward'),
    ),
  );
}

function countOf(senders: readonly Sender[]): number {
  return senders.reduce((count, sender) => count + sender.count, 0);
}
