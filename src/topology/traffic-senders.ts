import type { Node } from '../model/node.ts';
import type { EntryNodes, TrafficInput } from './entrances.ts';
import { entrancesOf, entryNodes } from './entrances.ts';
import type { GroupRemainder } from './node-set.ts';
import { NodeSet } from './node-set.ts';
import type { TrafficClass } from './route.ts';

/** A node at which traffic of one class enters. */
export interface Sender {
  readonly node: Node;
  /** Share of all traffic of the class, 0 to 1. */
  readonly weight: number;
}

export interface Senders {
  readonly sending: readonly Sender[];
  /** Nodes that outside senders know to have no endpoint: they get no traffic and lose none. */
  readonly notSent: readonly Node[];
  readonly knownBy: EntryNodes['knownBy'];
}

/**
 * Shares of all traffic by measured rates, else by allocatable CPU, as upstream weighs zones (k8s.io/endpointslice topologycache
 * SetNodes, v0.37.1); equal shares if no node reports CPU.
 */
export function trafficWeights(clients: NodeSet): { ofNode(node: Node): number; ofRest(rest: GroupRemainder): number } {
  const total = clients.weight;
  if (total > 0) return { ofNode: node => clients.weightOf(node) / total, ofRest: rest => rest.weight / total };
  return { ofNode: () => 1 / clients.size, ofRest: rest => rest.nodes / clients.size };
}

/** The client nodes with weights that tell how they compare: by CPU if all others are 0. */
export function comparable(clients: NodeSet): NodeSet {
  return clients.weight > 0 ? clients : clients.byCPU;
}

/** Nodes that traffic of the class enters: client nodes, or for outside traffic those that some entrance sends to. */
export function sendingNodes(trafficClass: TrafficClass, input: TrafficInput): NodeSet {
  return trafficClass === 'external' ? outsideNodes(input).sending : input.clients;
}

/**
 * The sending nodes with their shares: by measured rates or CPU for the ClusterIP, by CPU for Pods that use the load balancer's
 * address, equal for traffic from outside.
 */
export function trafficSenders(trafficClass: TrafficClass, input: TrafficInput): Senders {
  if (trafficClass === 'external') return outsideSenders(outsideNodes(input));
  const clients = trafficClass === 'internal' ? comparable(input.clients) : input.clients.byCPU;
  const { ofNode } = trafficWeights(clients);
  return {
    sending: clients.nodes.map(node => ({ node, weight: ofNode(node) })),
    notSent: [],
    knownBy: null,
  };
}

export function outsideSenders({ sending, notSent, knownBy }: EntryNodes): Senders {
  return {
    sending: sending.nodes.map(node => ({ node, weight: 1 / sending.size })),
    notSent: notSent(),
    knownBy,
  };
}

/** The entry nodes of all entrances together. */
function outsideNodes(input: TrafficInput): EntryNodes {
  const entrances = new Set(input.ports.flatMap(port => entrancesOf(input.service, port)));
  const [first = NONE, ...others] = [...entrances].map(entrance => entryNodes(entrance, input));
  if (others.length === 0) return first;
  const sending = others.reduce((all, { sending }) => all.union(sending), first.sending);
  return { sending, notSent: () => first.notSent().filter(({ name }) => !sending.get(name)), knownBy: first.knownBy };
}

const NONE: EntryNodes = { sending: new NodeSet([]), notSent: () => [], knownBy: null };
