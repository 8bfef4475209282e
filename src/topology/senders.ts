import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal } from '../model/service.ts';
import { isNotExcludedFromBalancers } from './load-balancer-nodes.ts';
import type { NodeSet } from './node-set.ts';
import type { PortReach } from './port-routing.ts';
import type { TrafficClass } from './route.ts';

/** The Service, all its ports, and the nodes whose Pods send traffic. */
export interface TrafficInput {
  readonly service: Service;
  readonly ports: readonly PortReach[];
  readonly clients: NodeSet;
}

/** A node at which traffic of one class enters. */
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
 * The senders of one traffic class and their weights: Pods and hosts in proportion to their node's CPU, as upstream weighs
 * zones (k8s.io/endpointslice topologycache SetNodes, v0.37.1); outside traffic equally over the nodes that receive it.
 */
export function trafficSenders(trafficClass: TrafficClass, { service, ports, clients }: TrafficInput): Senders {
  if (trafficClass !== 'external')
    return { sending: weighed(clients.nodes, weightByCPU(clients.nodes)), unhealthy: [] };
  const receivers = clients.where(isNotExcludedFromBalancers).nodes;
  const healthy = isHealthChecked(service) ? receivers.filter(node => isHealthy(ports, node)) : receivers;
  // If no node passes the check, balancers send to all nodes.
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
  return weighed(nodes, equalWeight(nodes));
}

function weighed(nodes: readonly Node[], weight: (node: Node) => number): readonly Sender[] {
  return nodes.map(node => ({ node, weight: weight(node) }));
}

/** Nodes send in proportion to their allocatable CPU, as topology/load.ts has it; without any, all send as much. */
export function weightByCPU(nodes: readonly Node[]): (node: Node) => number {
  const total = nodes.reduce((sum, node) => sum + node.cpuMillis, 0);
  return total > 0 ? node => node.cpuMillis / total : equalWeight(nodes);
}

export function equalWeight(nodes: readonly Node[]): (node: Node) => number {
  return () => 1 / nodes.length;
}
