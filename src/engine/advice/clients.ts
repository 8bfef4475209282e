import type { Node } from '../../model/node.ts';
import type { NodeSet, WeightOf } from '../../topology/node-set.ts';
import { ReducedNodeSet } from '../../topology/reduced-node-set.ts';
import { comparable, trafficWeights } from '../../topology/traffic-senders.ts';
import { WeightedNodeSet } from '../../topology/weighted-node-set.ts';

/** The nodes that send traffic, with what the cases of many Services derive from them. */
export class Clients {
  readonly nodes: NodeSet;
  readonly #all: NodeSet;
  readonly ofNode: (name: string | null) => number;
  readonly #withoutZone = new Map<string, NodeSet>();
  readonly #zoneNames = new Map<string, ReadonlySet<string>>();
  readonly #withoutNode = new Map<string, NodeSet>();
  #ofKind: readonly (readonly Node[])[] | null = null;
  #trafficByZone: ReadonlyMap<string | null, number> | null = null;
  /** The same nodes by CPU, with what does not depend on weights. */
  readonly #byCPU: Clients | null;

  constructor(nodes: NodeSet, byCPU: Clients | null = null) {
    this.#all = comparable(nodes);
    // A view that does not keep the partition of each case.
    this.nodes = new ReducedNodeSet(this.#all, new Set());
    this.#byCPU = byCPU;
    const weights = trafficWeights(this.#all);
    this.ofNode = name => {
      const node = name === null ? undefined : this.#all.get(name);
      return node ? weights.ofNode(node) : 0;
    };
  }

  /** The same nodes with other weights. */
  weighted(weightOf: WeightOf): Clients {
    return new Clients(new WeightedNodeSet(this.#all, weightOf), this);
  }

  /** Share of the traffic by zone. */
  get trafficByZone(): ReadonlyMap<string | null, number> {
    this.#trafficByZone ??= this.#sumByZone();
    return this.#trafficByZone;
  }

  #sumByZone(): ReadonlyMap<string | null, number> {
    const byZone = new Map<string | null, number>();
    const total = this.nodes.weight;
    for (const { zone, weight, size } of this.nodes.groups) {
      const share = total > 0 ? weight / total : size / this.nodes.size;
      byZone.set(zone, (byZone.get(zone) ?? 0) + share);
    }
    return byZone;
  }

  withoutZone(zone: string): NodeSet {
    const known = this.#withoutZone.get(zone);
    if (known) return known;
    const without = new ReducedNodeSet(this.#all, (this.#byCPU ?? this).#namesIn(zone));
    this.#withoutZone.set(zone, without);
    return without;
  }

  #namesIn(zone: string): ReadonlySet<string> {
    const known = this.#zoneNames.get(zone);
    if (known) return known;
    const nodes = this.nodes.groups.filter(group => group.zone === zone).flatMap(group => group.nodes);
    const names = new Set(nodes.map(({ name }) => name));
    this.#zoneNames.set(zone, names);
    return names;
  }

  withoutNode(name: string): NodeSet {
    if (!this.#all.get(name)) return this.nodes;
    const known = this.#withoutNode.get(name);
    if (known) return known;
    if (this.#withoutNode.size >= MAX_KEPT_NODES) this.#withoutNode.clear();
    const without = new ReducedNodeSet(this.#all, new Set([name]));
    this.#withoutNode.set(name, without);
    return without;
  }

  /**
   * Of each kind of node, that one without an endpoint which sends least and that which sends most. Without it only the shares
   * of the others change, the more the more it sends, so one of both is the worst.
   */
  *emptyNodes(withEndpoints: { has(name: string): boolean }): Generator<Node> {
    for (const nodes of this.#kinds()) {
      const first = nodes.find(({ name }) => !withEndpoints.has(name));
      if (!first) continue;
      // By CPU, nodes of one kind send equally much.
      if (!this.#byCPU) yield first;
      else yield* leastAndMost(nodes, { first, weightOf: this.nodes.weightOf, except: withEndpoints });
    }
  }

  /** Nodes of one group and equal CPU, which topology-mode Auto reads. */
  #kinds(): readonly (readonly Node[])[] {
    if (this.#byCPU) return this.#byCPU.#kinds();
    this.#ofKind ??= this.nodes.groups.flatMap(({ nodes }) => [
      ...Map.groupBy(nodes, ({ milliCPU }) => milliCPU).values(),
    ]);
    return this.#ofKind;
  }
}

interface Compared {
  readonly first: Node;
  readonly weightOf: WeightOf;
  readonly except: { has(name: string): boolean };
}

function leastAndMost(nodes: readonly Node[], { first, weightOf, except }: Compared): readonly Node[] {
  let [least, most] = [first, first];
  let [smallest, largest] = [weightOf(first), weightOf(first)];
  for (const node of nodes) {
    const weight = weightOf(node);
    if ((weight >= smallest && weight <= largest) || except.has(node.name)) continue;
    if (weight < smallest) [least, smallest] = [node, weight];
    else [most, largest] = [node, weight];
  }
  return least === most ? [least] : [least, most];
}

const MAX_KEPT_NODES = 64;
