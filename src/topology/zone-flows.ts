import type { PortRouting } from './port-routing.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { Route, TrafficClass, VerdictReason } from './route.ts';
import type { Sender } from './traffic-senders.ts';
import type { TrafficShares } from './traffic-shares.ts';
import { countByNode, trafficShares } from './traffic-shares.ts';

/** A zone's name, `null` for nodes and endpoints without one. */
export type Zone = string | null;

/** Traffic of one class from the nodes of one zone to the endpoints of one zone. */
export interface ZoneFlow {
  readonly from: Zone;
  readonly to: Zone;
  /** Share of all traffic of the class, 0 to 1. */
  readonly share: number;
  readonly nodes: number;
  /** Number of endpoints that get it. */
  readonly endpoints: number;
  /** Why the nodes send there, most frequent first. */
  readonly reasons: readonly VerdictReason[];
}

/** Traffic of one class from one zone that reaches no endpoint. */
export interface Loss {
  readonly from: Zone;
  readonly verdict: 'drop' | 'reject';
  readonly share: number;
  readonly nodes: readonly string[];
  readonly reason: VerdictReason;
}

export interface TrafficFlows extends TrafficShares {
  readonly flows: readonly ZoneFlow[];
  readonly losses: readonly Loss[];
}

/** Nodes of one zone that use the same set of endpoints. */
interface Bundle {
  readonly from: Zone;
  readonly endpoints: readonly ProxyEndpoint[];
  weight: number;
  nodes: number;
  readonly reasons: Map<VerdictReason, number>;
}

/** Where traffic goes, zone by zone. Cost: senders + the sizes of the distinct endpoint sets, not their product. */
export function trafficFlows(trafficClass: TrafficClass, port: PortRouting, senders: readonly Sender[]): TrafficFlows {
  const sum = new FlowAccumulator();
  for (const sender of senders) {
    const route = port.route(trafficClass, sender.node);
    if (route === null || route.verdict === 'unknown') continue;
    if (route.verdict === 'forward') sum.forward(sender, route);
    else sum.lose(sender, route.verdict, route.reason);
  }
  return sum.result();
}

class FlowAccumulator {
  readonly #bundles = new Map<Zone, Map<readonly ProxyEndpoint[], Bundle>>();
  readonly #losses = new Map<string, Loss & { share: number; readonly nodes: string[] }>();
  readonly #countsByNode = new Map<readonly ProxyEndpoint[], ReadonlyMap<string, number>>();
  readonly #onNode = { all: 0, zoneless: 0 };

  forward({ node, weight }: Sender, { endpoints, reason }: Route): void {
    const ofZone = getOrCreate(this.#bundles, node.zone, () => new Map<readonly ProxyEndpoint[], Bundle>());
    const bundle = getOrCreate(ofZone, endpoints, () => newBundle(node.zone, endpoints));
    bundle.weight += weight;
    bundle.nodes += 1;
    bundle.reasons.set(reason, (bundle.reasons.get(reason) ?? 0) + 1);
    const counts = getOrCreate(this.#countsByNode, endpoints, () => countByNode(endpoints));
    const here = (weight * (counts.get(node.name) ?? 0)) / endpoints.length;
    this.#onNode.all += here;
    if (node.zone === null) this.#onNode.zoneless += here;
  }

  lose({ node, weight }: Sender, verdict: Loss['verdict'], reason: VerdictReason): void {
    const none = { from: node.zone, verdict, share: 0, nodes: [], reason };
    const loss = getOrCreate(this.#losses, JSON.stringify([verdict, reason, node.zone]), () => none);
    loss.share += weight;
    loss.nodes.push(node.name);
  }

  result(): TrafficFlows {
    const bundles = [...this.#bundles.values()].flatMap(ofZone => [...ofZone.values()]);
    const byEndpoints = new Map<readonly ProxyEndpoint[], Map<Zone, number>>();
    for (const { from, endpoints, weight } of bundles)
      getOrCreate(byEndpoints, endpoints, () => new Map<Zone, number>()).set(from, weight);
    const losses = [...this.#losses.values()];
    const lost = losses.reduce((sum, loss) => sum + loss.share, 0);
    return { ...trafficShares({ byEndpoints, onNode: this.#onNode, lost }), flows: flowsBetween(bundles), losses };
  }
}

function newBundle(from: Zone, endpoints: readonly ProxyEndpoint[]): Bundle {
  return { from, endpoints, weight: 0, nodes: 0, reasons: new Map() };
}

interface FlowSum {
  readonly from: Zone;
  readonly to: Zone;
  share: number;
  nodes: number;
  readonly endpoints: Set<ProxyEndpoint>;
  readonly reasons: Map<VerdictReason, number>;
}

function flowsBetween(bundles: readonly Bundle[]): readonly ZoneFlow[] {
  const sums = new Map<Zone, Map<Zone, FlowSum>>();
  for (const { from, endpoints, weight, nodes, reasons } of bundles) {
    const ofZone = getOrCreate(sums, from, () => new Map<Zone, FlowSum>());
    for (const [to, there] of Map.groupBy(endpoints, endpoint => endpoint.zone)) {
      const none = { from, to, share: 0, nodes: 0, endpoints: new Set<ProxyEndpoint>(), reasons: new Map() };
      const sum = getOrCreate(ofZone, to, () => none);
      sum.share += (weight * there.length) / endpoints.length;
      sum.nodes += nodes;
      for (const endpoint of there) sum.endpoints.add(endpoint);
      for (const [reason, n] of reasons) sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + n);
    }
  }
  return [...sums.values()].flatMap(ofZone =>
    [...ofZone.values()].map(({ endpoints, reasons, ...flow }) => ({
      ...flow,
      endpoints: endpoints.size,
      reasons: [...reasons].sort(([, a], [, b]) => b - a).map(([reason]) => reason),
    })),
  );
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
