import type { Node } from '../model/node.ts';
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

/** Upstream weighs zones by allocatable CPU (topologycache SetNodes, v0.37.1); without any, all nodes weigh the same. */
function weightOf(clients: readonly Node[]): (node: Node) => number {
  const total = clients.reduce((sum, node) => sum + node.cpuMillis, 0);
  return total > 0 ? node => node.cpuMillis / total : () => 1 / clients.length;
}

/** Load of ClusterIP traffic. Cost: nodes + the sizes of the distinct endpoint sets, not their product. */
export function internalLoad(port: PortReach, clients: readonly Node[]): Load {
  const weight = weightOf(clients);
  const senders = new Map<readonly ProxyEndpoint[], Map<string | null, number>>();
  let lost = 0;
  let onNode = 0;
  let zoneless = 0;
  for (const node of clients) {
    const endpoints = port.route('internal', node)?.endpoints ?? [];
    if (endpoints.length === 0) {
      lost += weight(node);
      continue;
    }
    const zones = senders.get(endpoints) ?? new Map<string | null, number>();
    zones.set(node.zone, (zones.get(node.zone) ?? 0) + weight(node));
    senders.set(endpoints, zones);
    const here = (weight(node) * onThisNode(port, node, endpoints)) / endpoints.length;
    onNode += here;
    if (node.zone === null) zoneless += here;
  }
  const { byEndpoint, inZone } = spread(senders);
  // What stays on a node stays in its zone, also where nobody knows which zone that is.
  return { byEndpoint, inZone: inZone + zoneless, onNode, lost };
}

function onThisNode(port: PortReach, node: Node, endpoints: readonly ProxyEndpoint[]): number {
  const here = port.index.readyOnNode.get(node.name) ?? [];
  if (endpoints === here) return here.length;
  if (endpoints === port.index.ready) return here.length;
  return here.filter(endpoint => endpoint.zoneHints.includes(node.zone ?? '') || endpoint.nodeHints.includes(node.name))
    .length;
}

function spread(senders: ReadonlyMap<readonly ProxyEndpoint[], ReadonlyMap<string | null, number>>): {
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
} {
  const byEndpoint = new Map<ProxyEndpoint, number>();
  let inZone = 0;
  for (const [endpoints, zones] of senders) {
    const sum = [...zones.values()].reduce((a, b) => a + b, 0);
    for (const endpoint of endpoints) {
      byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + sum / endpoints.length);
      if (endpoint.zone !== null) inZone += (zones.get(endpoint.zone) ?? 0) / endpoints.length;
    }
  }
  return { byEndpoint, inZone };
}
