import type { Node } from '../model/node.ts';
import type { NameSet, NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import { comparable, trafficWeights } from './traffic-senders.ts';

/**
 * The traffic shares of one class, if every client node sends in proportion to its weight: a measured rate, else its
 * allocatable CPU. Fractions of all traffic, 0 to 1.
 */
export interface TrafficShares {
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
  /** From a node to an endpoint in different known zones. */
  readonly crossZone: number;
  readonly onNode: number;
  readonly lost: number;
}

export interface InternalTrafficShares extends TrafficShares {
  /** Client nodes that lose what they send, also if that is nothing now. */
  readonly losingNodes: number;
  /** Client nodes whose route is not known. */
  readonly unknownNodes: number;
}

type Endpoints = readonly ProxyEndpoint[];

/** Traffic shares of ClusterIP traffic. Cost: endpoints plus groups of nodes, not their product, and not the nodes. */
export function internalTrafficShares(port: PortRouting, clients: NodeSet): InternalTrafficShares {
  return new InternalShares(port, comparable(clients));
}

class InternalShares implements InternalTrafficShares {
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
  readonly crossZone: number;
  readonly lost: number;
  readonly losingNodes: number;
  readonly unknownNodes: number;
  readonly #port: PortRouting;
  readonly #clients: NodeSet;
  #onNode: SentTraffic['onNode'] | null = null;

  constructor(port: PortRouting, clients: NodeSet) {
    this.#port = port;
    this.#clients = clients;
    const sent = sentTraffic(port, clients);
    const zoneless = clients.groups.some(({ zone }) => zone === null) ? this.#keptOnNode().zoneless : 0;
    const shares = trafficShares({ ...sent, onNode: { all: 0, zoneless } });
    this.byEndpoint = shares.byEndpoint;
    this.inZone = shares.inZone;
    this.crossZone = shares.crossZone;
    this.lost = shares.lost;
    this.losingNodes = sent.losingNodes;
    this.unknownNodes = sent.unknownNodes;
  }

  /** Computed when it is read, as few callers do. */
  get onNode(): number {
    return this.#keptOnNode().all;
  }

  #keptOnNode(): SentTraffic['onNode'] {
    this.#onNode ??= shareKeptOnNode(this.#port, this.#clients);
    return this.#onNode;
  }
}

/** The traffic of all senders of one class. */
export interface SentTraffic {
  /** Shares by the set of endpoints that they go to, and by the zone that they come from. */
  readonly byEndpoints: ReadonlyMap<Endpoints, ReadonlyMap<string | null, number>>;
  /** Share that stays on its node, and the part of it from nodes without a zone. */
  readonly onNode: { readonly all: number; readonly zoneless: number };
  readonly lost: number;
}

/** The shares, if senders distribute their traffic evenly over each set of endpoints. */
export function trafficShares({ byEndpoints, onNode, lost }: SentTraffic): TrafficShares {
  const byEndpoint = new Map<ProxyEndpoint, number>();
  let inZone = 0;
  let crossZone = 0;
  for (const [endpoints, zones] of byEndpoints) {
    const sum = sumOf(zones);
    const zoned = sum - (zones.get(null) ?? 0);
    const each = sum / endpoints.length;
    for (const endpoint of endpoints) {
      byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + each);
      const { zone } = endpoint;
      if (zone === null) continue;
      const own = zones.get(zone) ?? 0;
      inZone += own / endpoints.length;
      crossZone += Math.max(0, zoned - own) / endpoints.length;
    }
  }
  // Traffic that stays on a node stays in its zone, also if the zone is unknown.
  return { byEndpoint, inZone: inZone + onNode.zoneless, crossZone, onNode: onNode.all, lost };
}

/** Mean share of ClusterIP traffic that stays in its zone, over ports with endpoints in known zones; `null` without such ports. */
export function inZoneShare(ports: readonly PortRouting[], clients: NodeSet): number | null {
  if (clients.zones.length === 0) return null;
  const placed = ports.filter(({ index }) => [...index.ready, ...index.draining].some(({ zone }) => zone !== null));
  if (placed.length === 0) return null;
  const mean = placed.reduce((sum, port) => sum + internalTrafficShares(port, clients).inZone, 0) / placed.length;
  // Sums of shares have rounding errors; a whole must be 1.
  return Math.round(mean * 1e6) / 1e6;
}

/** Endpoints that are ready or get traffic. */
export function usableEndpoints({ index }: PortRouting, { byEndpoint }: Pick<TrafficShares, 'byEndpoint'>): Endpoints {
  if (index.ready === index.all) return index.all;
  return index.all.filter(endpoint => endpoint.ready || byEndpoint.has(endpoint));
}

/** Share of the busiest endpoint over the mean of all usable ones; `null` if none gets traffic. */
export function busiestFactor(port: PortRouting, shares: TrafficShares): number | null {
  let [carried, largest] = [0, 0];
  for (const share of shares.byEndpoint.values()) {
    carried += share;
    if (share > largest) largest = share;
  }
  return carried > 0 ? (largest / carried) * usableEndpoints(port, shares).length : null;
}

/** Traffic shares by zone of the endpoints, and their sum. */
export interface ZoneShares {
  readonly byZone: ReadonlyMap<string, number>;
  readonly carried: number;
}

/** The shares of ClusterIP traffic by zone, for callers that do not need them by endpoint. */
export function internalSharesByZone(port: PortRouting, clients: NodeSet): ZoneShares {
  const byZone = new Map<string, number>();
  const addTo = (zone: string, share: number) => byZone.set(zone, (byZone.get(zone) ?? 0) + share);
  const among = new Map<Endpoints, number>();
  let carried = 0;
  forEachSender(port, comparable(clients), (_node, endpoints, { share }) => {
    const [first] = endpoints;
    if (!first) return;
    carried += share;
    // A single endpoint needs no grouping.
    if (endpoints.length > 1) among.set(endpoints, (among.get(endpoints) ?? 0) + share);
    else if (first.zone !== null) addTo(first.zone, share);
  });
  for (const [endpoints, share] of among) {
    for (const [zone, count] of countByZone(endpoints)) addTo(zone, (share * count) / endpoints.length);
  }
  return { byZone, carried };
}

/** Excludes endpoints without a zone. */
export function countByZone(endpoints: Endpoints): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of endpoints) if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

function sumOf(shares: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const share of shares.values()) sum += share;
  return sum;
}

type SentByNodes = Pick<SentTraffic, 'byEndpoints' | 'lost'> &
  Pick<InternalTrafficShares, 'losingNodes' | 'unknownNodes'>;

function sentTraffic(port: PortRouting, clients: NodeSet): SentByNodes {
  const byEndpoints = new Map<Endpoints, Map<string | null, number>>();
  let [lost, losingNodes, unknownNodes] = [0, 0, clients.size];
  forEachSender(port, clients, (node, endpoints, { share, nodes }) => {
    unknownNodes -= nodes;
    if (endpoints.length === 0) {
      lost += share;
      losingNodes += nodes;
    } else add(byEndpoints, endpoints, { zone: node.zone, share });
  });
  return { byEndpoints, lost, losingNodes, unknownNodes };
}

/** The share of one or several nodes. */
interface Sent {
  readonly share: number;
  readonly nodes: number;
}

/** Gets a node or the representative of a group, its endpoints and its share. */
type Visit = (node: Node, endpoints: Endpoints, sent: Sent) => void;

/** Leaves out nodes whose route is unknown. */
function forEachSender(port: PortRouting, clients: NodeSet, visit: Visit): void {
  const weights = trafficWeights(clients);
  const { places, rest } = clients.partition(nodesOutsideGroup(port));
  for (const { node } of places) {
    const endpoints = endpointsAt(port, node);
    if (endpoints) visit(node, endpoints, { share: weights.ofNode(node), nodes: 1 });
  }
  for (const left of rest) {
    const endpoints = endpointsAt(port, left.representative);
    if (endpoints) visit(left.representative, endpoints, { share: weights.ofRest(left), nodes: left.nodes });
  }
}

/** The endpoints that a node sends to; `null` if its route is unknown. */
function endpointsAt(port: PortRouting, node: Node): Endpoints | null {
  const route = port.route('internal', node);
  return route?.verdict === 'unknown' ? null : (route?.endpoints ?? NONE);
}

const NONE: Endpoints = [];

/** Nodes that may use other endpoints than their group. */
function nodesOutsideGroup({ policy, index, ownClusterSets }: PortRouting): readonly NameSet[] {
  return policy.internalLocal ? [index.nodeNames, ...ownClusterSets] : ownClusterSets;
}

function add(
  byEndpoints: Map<Endpoints, Map<string | null, number>>,
  endpoints: Endpoints,
  { zone, share }: { readonly zone: string | null; readonly share: number },
): void {
  const zones = byEndpoints.get(endpoints) ?? new Map<string | null, number>();
  zones.set(zone, (zones.get(zone) ?? 0) + share);
  byEndpoints.set(endpoints, zones);
}

function shareKeptOnNode(port: PortRouting, clients: NodeSet): SentTraffic['onNode'] {
  const staying = { all: 0, zoneless: 0 };
  const weights = trafficWeights(clients);
  const { readyOnNode, drainingOnNode } = port.index;
  const counts = new Map<Endpoints, ReadonlyMap<string, number>>();
  for (const name of new Set([...readyOnNode.keys(), ...drainingOnNode.keys()])) {
    const node = clients.get(name);
    const endpoints = node && endpointsAt(port, node);
    if (!endpoints || endpoints.length === 0) continue;
    const onNode = counts.get(endpoints) ?? countByNode(endpoints);
    counts.set(endpoints, onNode);
    const share = (weights.ofNode(node) * (onNode.get(name) ?? 0)) / endpoints.length;
    staying.all += share;
    if (node.zone === null) staying.zoneless += share;
  }
  return staying;
}

/** The endpoints on each node. */
export function countByNode(endpoints: Endpoints): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { nodeName } of endpoints) if (nodeName !== null) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  return counts;
}
