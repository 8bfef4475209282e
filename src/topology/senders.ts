import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal } from '../model/service.ts';
import { byCpu, evenly } from '../report/explain/sender-groups.ts';
import type { Judgement } from '../ui/client/service/evaluate-service.ts';
import { isNotExcludedFromBalancers } from './load-balancer-nodes.ts';
import type { PortReach } from './port-routing.ts';
import type { TrafficClass } from './route.ts';

/** A node into which traffic of one class comes. */
export interface Sender {
  readonly node: Node;
  /** Share of all traffic of the class, 0 to 1. */
  readonly weight: number;
}

export interface Senders {
  readonly sending: readonly Sender[];
  /** Nodes that fail the balancer's health check, so that nothing is sent there and nothing is lost. */
  readonly unhealthy: readonly Node[];
}

/**
 * Who sends, and how much: Pods and hosts in proportion to their node's CPU, as upstream weighs zones
 * (k8s.io/endpointslice topologycache SetNodes, v0.37.1); traffic from outside alike to every node that takes some.
 */
export function sendersOf(trafficClass: TrafficClass, of: Judgement): Senders {
  if (trafficClass !== 'external')
    return { sending: weighed(of.clients.nodes, byCpu(of.clients.nodes)), unhealthy: [] };
  const receivers = of.clients.where(isNotExcludedFromBalancers).nodes;
  const healthy = isHealthChecked(of.situation.service)
    ? receivers.filter(node => isHealthy(of.ports, node))
    : receivers;
  // Where no node passes the check, balancers send to all.
  if (healthy.length === 0 || healthy.length === receivers.length) return { sending: alike(receivers), unhealthy: [] };
  const passing = new Set(healthy);
  return { sending: alike(healthy), unhealthy: receivers.filter(node => !passing.has(node)) };
}

function isHealthChecked(service: Service): boolean {
  return isExternalLocal(service) && service.healthCheckNodePort !== 0;
}

/** The health check port answers for ready endpoints on the node, whichever port of the Service they are for. */
function isHealthy(ports: readonly PortReach[], node: Node): boolean {
  return ports.some(port => port.index.readyOnNode.has(node.name));
}

function alike(nodes: readonly Node[]): readonly Sender[] {
  return weighed(nodes, evenly(nodes));
}

function weighed(nodes: readonly Node[], weight: (node: Node) => number): readonly Sender[] {
  return nodes.map(node => ({ node, weight: weight(node) }));
}
