import type { Node } from '../model/node.ts';
import { namedForClusterSet } from './endpoint-index.ts';
import type { NodeGroup, NodeSet } from './node-set.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { PortReach } from './reach.ts';

/**
 * Where the traffic of one class goes, if every client node sends in proportion to its allocatable CPU. Shares are of
 * all traffic, 0 to 1.
 */
export interface Load {
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
  readonly onNode: number;
  readonly lost: number;
}

type Endpoints = readonly ProxyEndpoint[];

/** Load of ClusterIP traffic. Cost: the endpoints, and the groups of nodes; not their product, and not the nodes. */
export function internalLoad(port: PortReach, clients: NodeSet): Load {
  const senders = sendersOf(port, clients);
  const { byEndpoint, inZone } = spread(senders.byEndpoints);
  const onNode = stayingOnNode(port, clients, senders);
  // What stays on a node stays in its zone, also where nobody knows which zone that is.
  return { byEndpoint, inZone: inZone + onNode.zoneless, onNode: onNode.all, lost: senders.lost };
}

/** Shares of the traffic that endpoints of each zone carry together, and all that is carried. */
export interface ZoneShares {
  readonly byZone: ReadonlyMap<string, number>;
  readonly carried: number;
}

/** The same by zone, for who does not need it endpoint by endpoint. */
export function internalLoadOfZones(port: PortReach, clients: NodeSet): ZoneShares {
  const byZone = new Map<string, number>();
  let carried = 0;
  for (const [endpoints, zones] of sendersOf(port, clients).byEndpoints) {
    const sum = sumOf(zones);
    carried += sum;
    for (const [zone, count] of countByZone(endpoints)) {
      byZone.set(zone, (byZone.get(zone) ?? 0) + (sum * count) / endpoints.length);
    }
  }
  return { byZone, carried };
}

/** Endpoints without a zone are left out. */
export function countByZone(endpoints: Endpoints): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of endpoints) if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

function sumOf(zones: ReadonlyMap<string | null, number>): number {
  let sum = 0;
  for (const share of zones.values()) sum += share;
  return sum;
}

interface Senders {
  /** Shares of traffic by the endpoints that they go to, and by the zone that they come from. */
  readonly byEndpoints: ReadonlyMap<Endpoints, ReadonlyMap<string | null, number>>;
  readonly lost: number;
  shareOf(node: Node): number;
  /** What a node sends to. */
  endpointsOf(node: Node, group: NodeGroup): Endpoints;
}

function sendersOf(port: PortReach, clients: NodeSet): Senders {
  const weight = weightOf(clients);
  const byEndpoints = new Map<Endpoints, Map<string | null, number>>();
  let lost = 0;
  const send = (node: Node, share: number): Endpoints => {
    const endpoints = port.route('internal', node)?.endpoints ?? [];
    if (endpoints.length === 0) lost += share;
    else add(byEndpoints, endpoints, { zone: node.zone, share });
    return endpoints;
  };
  const own = new Map<string, Endpoints>();
  const left = new Map(clients.groups.map(group => [group, weight.ofGroup(group)]));
  for (const name of apartFromTheirGroup(port)) {
    const place = clients.place(name);
    if (!place) continue;
    const share = weight.ofNode(place.node);
    left.set(place.group, (left.get(place.group) ?? 0) - share);
    own.set(name, send(place.node, share));
  }
  const ofGroup = new Map<NodeGroup, Endpoints>();
  for (const [group, share] of left) {
    const one = group.nodes.find(node => !own.has(node.name));
    if (one) ofGroup.set(group, send(one, share));
  }
  const endpointsOf = (node: Node, group: NodeGroup) => own.get(node.name) ?? ofGroup.get(group) ?? [];
  return { byEndpoints, lost, shareOf: weight.ofNode, endpointsOf };
}

/** Nodes that may use other endpoints than their group. */
function apartFromTheirGroup({ policy, index }: PortReach): Iterable<string> {
  return (policy.internalLocal ? index.named : namedForClusterSet(index)).keys();
}

/** Upstream weighs zones by allocatable CPU (topologycache SetNodes, v0.37.1); without any, all nodes weigh the same. */
function weightOf(clients: NodeSet): { ofNode(node: Node): number; ofGroup(group: NodeGroup): number } {
  const total = clients.cpuMillis;
  if (total > 0) return { ofNode: node => node.cpuMillis / total, ofGroup: group => group.cpuMillis / total };
  return { ofNode: () => 1 / clients.size, ofGroup: group => group.nodes.length / clients.size };
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

function stayingOnNode(port: PortReach, clients: NodeSet, senders: Senders): { all: number; zoneless: number } {
  const staying = { all: 0, zoneless: 0 };
  const { readyOnNode, drainingOnNode } = port.index;
  for (const [name, here] of [...readyOnNode, ...drainingOnNode]) {
    const place = clients.place(name);
    if (!place) continue;
    const endpoints = senders.endpointsOf(place.node, place.group);
    if (endpoints.length === 0) continue;
    const share =
      (senders.shareOf(place.node) * amongThem(here, endpoints, { port, node: place.node })) / endpoints.length;
    staying.all += share;
    if (place.node.zone === null) staying.zoneless += share;
  }
  return staying;
}

/** How many of a node's own endpoints are among those that it sends to. */
function amongThem(here: Endpoints, endpoints: Endpoints, { port, node }: { port: PortReach; node: Node }): number {
  // Draining ones are used where none is ready, and then all of them.
  if (endpoints[0]?.ready !== here[0]?.ready) return 0;
  if (endpoints === here || endpoints === port.index.ready || endpoints === port.index.draining) return here.length;
  const byNode = endpoints === port.index.readyByNodeHint.get(node.name);
  let among = 0;
  for (const { zoneHints, nodeHints } of here) {
    if (byNode ? nodeHints.includes(node.name) : zoneHints.includes(node.zone ?? '')) among++;
  }
  return among;
}

function spread(byEndpoints: Senders['byEndpoints']): {
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
} {
  const byEndpoint = new Map<ProxyEndpoint, number>();
  let inZone = 0;
  for (const [endpoints, zones] of byEndpoints) {
    const sum = sumOf(zones);
    for (const endpoint of endpoints) {
      byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + sum / endpoints.length);
      if (endpoint.zone !== null) inZone += (zones.get(endpoint.zone) ?? 0) / endpoints.length;
    }
  }
  return { byEndpoint, inZone };
}
