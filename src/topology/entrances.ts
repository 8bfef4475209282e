import { EXTERNAL_DNS_HOSTNAME } from '../model/annotations.ts';
import { familyOf } from '../model/ip.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal } from '../model/service.ts';
import { isLoadBalancerTarget, mayReceiveExternalTraffic } from './load-balancer-nodes.ts';
import { NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';

/** A way from outside the cluster into a Service. */
export type OutsideEntrance = 'LoadBalancer' | 'NodePort' | 'ExternalIP';

/** The Service, all its ports, the nodes whose Pods send traffic, and all nodes. */
export interface TrafficInput {
  readonly service: Service;
  readonly ports: readonly PortRouting[];
  readonly clients: NodeSet;
  readonly nodes: NodeSet;
  /** Minor version of the cluster. */
  readonly minor: number;
}

/** The nodes that outside traffic enters at through one entrance. */
export interface EntryNodes {
  readonly sending: NodeSet;
  /** Nodes that the sender knows to have no endpoint: they get no traffic and lose none. */
  notSent(): readonly Node[];
  /** How the sender knows; `null` if it sends to every node, as balancers also do if no node passes the health check. */
  readonly knownBy: 'health-check' | 'address-records' | 'pod-address' | null;
}

/** The entrances of one port. The node ports of a LoadBalancer Service are its balancer's and no entrance of their own. */
export function entrancesOf(service: Service, { policy, family }: PortRouting): readonly OutsideEntrance[] {
  if (!policy.accessible) return [];
  const entrances: OutsideEntrance[] = [];
  if (service.type === 'LoadBalancer') entrances.push('LoadBalancer');
  if (service.type === 'NodePort') entrances.push('NodePort');
  if (service.externalIPs.some(ip => familyOf(ip) === family)) entrances.push('ExternalIP');
  return entrances;
}

/**
 * Balancers that check healthCheckNodePort send nothing to nodes without a ready endpoint. There is no health check of external IPs or node
 * ports, but their clients may know the right nodes.
 */
export function entryNodes(entrance: OutsideEntrance, input: TrafficInput): EntryNodes {
  const { service, minor } = input;
  const all =
    entrance === 'LoadBalancer'
      ? input.nodes.filter(isLoadBalancerTarget(minor)).filter(isReady)
      : input.clients.filter(mayReceiveExternalTraffic(minor));
  const knownBy = isExternalLocal(service) ? endpointsKnownBy(entrance, service) : null;
  if (knownBy === null) return { sending: all, notSent: nobody, knownBy };
  // The health check answers for ready endpoints of any port.
  const names = new Set(input.ports.flatMap(({ index }) => [...index.readyOnNode.keys()]));
  const sending = new NodeSet(
    [...names].flatMap(name => all.get(name) ?? []),
    all.assignment,
  );
  if (sending.size === 0) return { sending: all, notSent: nobody, knownBy: null };
  return { sending, notSent: () => all.nodes.filter(({ name }) => !names.has(name)), knownBy };
}

const nobody = () => [];

function isReady({ ready }: Node): boolean {
  return ready;
}

function endpointsKnownBy(entrance: OutsideEntrance, service: Service): EntryNodes['knownBy'] {
  switch (entrance) {
    case 'LoadBalancer':
      return service.healthCheckNodePort === 0 ? null : 'health-check';
    case 'NodePort':
      // external-dns publishes only the nodes that run a Pod (external-dns source/service.go nodesExternalTrafficPolicyTypeLocal, v0.19.0).
      if (EXTERNAL_DNS_HOSTNAME in service.annotations) return 'address-records';
      return selectsOnePod(service) ? 'pod-address' : null;
    case 'ExternalIP':
      return null;
    default:
      return entrance satisfies never;
  }
}

/** Labels whose value names one Pod: brokers advertise the address of the node that it runs on. */
export const POD_NAME_LABELS: readonly string[] = ['statefulset.kubernetes.io/pod-name', 'strimzi.io/pod-name'];

function selectsOnePod({ selector }: Service): boolean {
  return selector !== null && POD_NAME_LABELS.some(label => label in selector);
}
