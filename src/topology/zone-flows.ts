import type { PortReach } from './port-routing.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { Route, TrafficClass, VerdictReason } from './route.ts';
import type { Sender } from './senders.ts';
import { countBy, loadOf } from './traffic-shares-2.ts';

/** A zone's name, `null` for nodes and endpoints without one. */
export type Zone = string | null;

/** Traffic of one class from the nodes of one zone to the endpoints of one zone. */
export interface Flow {
  readonly from: Zone;
  readonly to: Zone;
  /** Of all traffic of the class, 0 to 1. */
  readonly share: number;
  readonly nodes: number;
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

export interface Flows {
  readonly flows: readonly Flow[];
  readonly losses: readonly Loss[];
  readonly byEndpoint: ReadonlyMap<ProxyEndpoint, number>;
  readonly inZone: number;
  readonly onNode: number;
  readonly lost: number;
}

interface Bundle {
  readonly from: Zone;
  readonly endpoints: readonly ProxyEndpoint[];
  weight: number;
  nodes: number;
  readonly reasons: Map<VerdictReason, number>;
}

/** The flows between zones. Cost: senders + the sizes of the distinct endpoint sets, not their product. */
export function flowsOf(trafficClass: TrafficClass, port: PortReach, senders: readonly Sender[]): Flows {
  const sum = new Summary();
  for (const sender of senders) {
    const route = port.route(trafficClass, sender.node);
    if (route === null) continue;
    if (route.verdict === 'forward') sum.forward(sender, route);
    else sum.lose(sender, route.verdict, route.reason);
  }
  return sum.result();
}

class Summary {
  readonly #bundles = new Map<Zone, Map<readonly ProxyEndpoint[], Bundle>>();
  readonly #losses = new Map<string, Loss & { share: number; readonly nodes: string[] }>();
  readonly #placed = new Map<readonly ProxyEndpoint[], ReadonlyMap<string | null, number>>();
  #onNode = 0;
  #onNodeWithoutZone = 0;

  forward({ node, weight }: Sender, { endpoints, reason }: Route): void {
    const ofZone = getOrMake(this.#bundles, node.zone, () => new Map<readonly ProxyEndpoint[], Bundle>());
    const bundle = getOrMake(ofZone, endpoints, () => newBundle(node.zone, endpoints));
    bundle.weight += weight;
    bundle.nodes += 1;
    bundle.reasons.set(reason, (bundle.reasons.get(reason) ?? 0) + 1);
    const placed = getOrMake(this.#placed, endpoints, () => countBy(endpoints, endpoint => endpoint.nodeName));
    const here = (weight * (placed.get(node.name) ?? 0)) / endpoints.length;
    this.#onNode += here;
    if (node.zone === null) this.#onNodeWithoutZone += here;
  }

  lose({ node, weight }: Sender, verdict: Loss['verdict'], reason: VerdictReason): void {
    const none = { from: node.zone, verdict, share: 0, nodes: [], reason };
    const loss = getOrMake(this.#losses, JSON.stringify([verdict, reason, node.zone]), () => none);
    loss.share += weight;
    loss.nodes.push(node.name);
  }

  result(): Flows {
    const bundles = [...this.#bundles.values()].flatMap(ofZone => [...ofZone.values()]);
    const losses = [...this.#losses.values()];
    const flows = flowsBetween(bundles);
    const within = flows.filter(flow => flow.from !== null && flow.from === flow.to);
    return {
      flows,
      losses,
      byEndpoint: loadOf(bundles),
      // Traffic that stays on a node stays in its zone, even if the zone is unknown.
      inZone: within.reduce((sum, flow) => sum + flow.share, 0) + this.#onNodeWithoutZone,
      onNode: this.#onNode,
      lost: losses.reduce((sum, loss) => sum + loss.share, 0),
    };
  }
}

function newBundle(from: Zone, endpoints: readonly ProxyEndpoint[]): Bundle {
  return { from, endpoints, weight: 0, nodes: 0, reasons: new Map() };
}

function flowsBetween(bundles: readonly Bundle[]): readonly Flow[] {
  const sums = new Map<string, { flow: Flow; share: number; nodes: number; reasons: Map<VerdictReason, number> }>();
  for (const { from, endpoints, weight, nodes, reasons } of bundles) {
    for (const [to, count] of countBy(endpoints, endpoint => endpoint.zone)) {
      const entry = getOrMake(sums, JSON.stringify([from, to]), () => ({
        flow: { from, to, share: 0, nodes: 0, reasons: [] },
        share: 0,
        nodes: 0,
        reasons: new Map(),
      }));
      entry.share += (weight * count) / endpoints.length;
      entry.nodes += nodes;
      for (const [reason, n] of reasons) entry.reasons.set(reason, (entry.reasons.get(reason) ?? 0) + n);
    }
  }
  return [...sums.values()].map(({ flow, share, nodes, reasons }) => ({
    ...flow,
    share,
    nodes,
    reasons: [...reasons].sort(([, a], [, b]) => b - a).map(([reason]) => reason),
  }));
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
