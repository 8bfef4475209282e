import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal } from '../model/service.ts';
import { mayReceiveExternalTraffic } from './load-balancer-nodes.ts';
import type { GroupRemainder } from './node-set.ts';
import { NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';
import type { TrafficClass } from './route.ts';

/** The Service, all its ports, and the nodes whose Pods send traffic. */
export interface TrafficInput {
  readonly service: Service;
  readonly ports: readonly PortRouting[];
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
  /** Nodes that fail the load balancer's health check: they get no traffic and lose none. */
  readonly unhealthy: readonly Node[];
}

/**
 * Shares of all traffic by allocatable CPU, as upstream weighs zones (k8s.io/endpointslice topologycache SetNodes, v0.37.1);
 * equal shares if no node reports CPU.
 */
export function trafficWeights(clients: NodeSet): { ofNode(node: Node): number; ofRest(rest: GroupRemainder): number } {
  const total = clients.milliCPU;
  if (total > 0) return { ofNode: node => node.milliCPU / total, ofRest: rest => rest.milliCPU / total };
  return { ofNode: () => 1 / clients.size, ofRest: rest => rest.nodes / clients.size };
}

/** Nodes that traffic of the class enters: client nodes, or for outside traffic those that pass the health check. */
export function sendingNodes(trafficClass: TrafficClass, { service, ports, clients }: TrafficInput): NodeSet {
  if (trafficClass !== 'external') return clients;
  const receivers = clients.filter(mayReceiveExternalTraffic);
  if (!isExternalLocal(service) || service.healthCheckNodePort === 0) return receivers;
  // The health check port answers for ready endpoints on the node, of any port of the Service.
  const names = new Set(ports.flatMap(({ index }) => [...index.readyOnNode.keys()]));
  const healthy = new NodeSet(
    [...names].flatMap(name => receivers.get(name) ?? []),
    receivers.assignment,
  );
  // If no node passes the check, load balancers send to all.
  return healthy.size > 0 ? healthy : receivers;
}

/** The sending nodes with their shares: by CPU for Pods and hosts, equal for traffic from outside. */
export function trafficSenders(trafficClass: TrafficClass, input: TrafficInput): Senders {
  const { clients } = input;
  if (trafficClass !== 'external') {
    const { ofNode } = trafficWeights(clients);
    return { sending: clients.nodes.map(node => ({ node, weight: ofNode(node) })), unhealthy: [] };
  }
  const passing = sendingNodes(trafficClass, input);
  const sending: Sender[] = [];
  const unhealthy: Node[] = [];
  for (const node of clients.filter(mayReceiveExternalTraffic).nodes) {
    if (passing.get(node.name)) sending.push({ node, weight: 1 / passing.size });
    else unhealthy.push(node);
  }
  return { sending, unhealthy };
}
