import type { Node } from '../../model/node.ts';
import type { NodeGroup, NodeSet } from '../../topology/node-set.ts';
import { ReducedNodeSet } from '../../topology/reduced-node-set.ts';
import { trafficWeights } from '../../topology/traffic-senders.ts';

/** The nodes that send traffic, with what the cases of many Services derive from them. */
export class Clients {
  readonly nodes: NodeSet;
  readonly ofNode: (name: string | null) => number;
  readonly #withoutZone = new Map<string, NodeSet>();
  readonly #withoutNode = new Map<string, NodeSet>();
  #ofKind: ReadonlyMap<NodeGroup, ReadonlyMap<number, readonly Node[]>> | null = null;
  #trafficByZone: ReadonlyMap<string | null, number> | null = null;

  constructor(nodes: NodeSet) {
    this.nodes = nodes;
    const weights = trafficWeights(nodes);
    this.ofNode = name => {
      const node = name === null ? undefined : nodes.get(name);
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
    const total = this.nodes.milliCPU;
    for (const { zone, milliCPU, nodes } of this.nodes.groups) {
      const share = total > 0 ? milliCPU / total : nodes.length / this.nodes.size;
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

  /** One node of each kind that no endpoint is on: without it only the shares of the others change. */
  *emptyNodes(withEndpoints: { has(name: string): boolean }): Generator<Node> {
    this.#ofKind ??= new Map(
      this.nodes.groups.map(group => [group, Map.groupBy(group.nodes, ({ milliCPU }) => milliCPU)]),
    );
    for (const byCPU of this.#ofKind.values()) {
      for (const nodes of byCPU.values()) {
        const empty = nodes.find(({ name }) => !withEndpoints.has(name));
        if (empty) yield empty;
      }
    }
  }
}

/** Each set holds a list of all nodes. */
const MAX_KEPT_NODES = 64;
