import type { Node } from '../../model/node.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { ReducedNodeSet } from '../../topology/reduced-node-set.ts';
import { comparable, trafficWeights } from '../../topology/traffic-senders.ts';

/** The nodes that send traffic, with what the cases of many Services derive from them. */
export class Clients {
  readonly nodes: NodeSet;
  readonly ofNode: (name: string | null) => number;
  readonly #withoutZone = new Map<string, NodeSet>();
  readonly #withoutNode = new Map<string, NodeSet>();
  #ofKind: readonly (readonly Node[])[] | null = null;
  #trafficByZone: ReadonlyMap<string | null, number> | null = null;

  constructor(nodes: NodeSet) {
    this.nodes = comparable(nodes);
    const weights = trafficWeights(this.nodes);
    this.ofNode = name => {
      const node = name === null ? undefined : this.nodes.get(name);
      return node ? weights.ofNode(node) : 0;
    };
  }

  /** Share of the traffic by zone. */
  get trafficByZone(): ReadonlyMap<string | null, number> {
    this.#trafficByZone ??= this.#sumByZone();
    return this.#trafficByZone;
  }

  #sumByZone(): ReadonlyMap<string | null, number> {
    const byZone = new Map<string | null, number>();
    const total = this.nodes.weight;
    for (const { zone, weight, nodes } of this.nodes.groups) {
      const share = total > 0 ? weight / total : nodes.length / this.nodes.size;
      byZone.set(zone, (byZone.get(zone) ?? 0) + share);
    }
    return byZone;
  }

  withoutZone(zone: string): NodeSet {
    const known = this.#withoutZone.get(zone);
    if (known) return known;
    const names = this.nodes.groups.filter(group => group.zone === zone).flatMap(({ nodes }) => nodes);
    const without = new ReducedNodeSet(this.nodes, new Set(names.map(({ name }) => name)));
    this.#withoutZone.set(zone, without);
    return without;
  }

  withoutNode(name: string): NodeSet {
    if (!this.nodes.get(name)) return this.nodes;
    const known = this.#withoutNode.get(name);
    if (known) return known;
    if (this.#withoutNode.size >= MAX_KEPT_NODES) this.#withoutNode.clear();
    const without = new ReducedNodeSet(this.nodes, new Set([name]));
    this.#withoutNode.set(name, without);
    return without;
  }

  /**
   * Of each kind of node, that one without an endpoint which sends least and that which sends most. Without it only the shares
   * of the others change, the more the more it sends, so one of both is the worst.
   */
  *emptyNodes(withEndpoints: { has(name: string): boolean }): Generator<Node> {
    const { weightOf } = this.nodes;
    this.#ofKind ??= this.#byKind();
    for (const nodes of this.#ofKind) {
      const least = nodes.find(({ name }) => !withEndpoints.has(name));
      const most = nodes.findLast(({ name }) => !withEndpoints.has(name));
      if (least) yield least;
      if (least && most && weightOf(most) > weightOf(least)) yield most;
    }
  }

  /** Nodes of one group and equal CPU, which topology-mode Auto reads. Those that send least come first. */
  #byKind(): readonly (readonly Node[])[] {
    const { groups, weightOf } = this.nodes;
    return groups
      .flatMap(({ nodes }) => [...Map.groupBy(nodes, ({ milliCPU }) => milliCPU).values()])
      .map(nodes => nodes.sort((a, b) => weightOf(a) - weightOf(b)));
  }
}

/** Each set holds a list of all nodes. */
const MAX_KEPT_NODES = 64;
