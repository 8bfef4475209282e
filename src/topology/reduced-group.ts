import type { Node } from '../model/node.ts';
import type { NameSet, NodeEntry, NodeGroup, WeightOf } from './node-set.ts';

/** A group without some of its nodes. The list of the others is made only if it is read. */
export class ReducedGroup implements NodeGroup {
  readonly dataPlane: NodeGroup['dataPlane'];
  readonly zone: string | null;
  readonly kubeletMinor: number | null;
  readonly weight: number;
  readonly #base: NodeGroup;
  readonly #leaving: ReadonlySet<string>;
  #nodes: readonly Node[] | null = null;

  constructor(base: NodeGroup, leaving: readonly NodeEntry[], weightOf: WeightOf) {
    this.dataPlane = base.dataPlane;
    this.zone = base.zone;
    this.kubeletMinor = base.kubeletMinor;
    this.#base = base;
    this.#leaving = new Set(leaving.map(({ node }) => node.name));
    this.weight = this.#weightWithout(leaving, weightOf);
  }

  get size(): number {
    return this.#base.size - this.#leaving.size;
  }

  get nodes(): readonly Node[] {
    this.#nodes ??= this.#base.nodes.filter(({ name }) => !this.#leaving.has(name));
    return this.#nodes;
  }

  firstOutside(named: readonly NameSet[]): Node | undefined {
    return this.#base.firstOutside([...named, this.#leaving]);
  }

  /** A rest that is much smaller than what is subtracted would be inexact, except of whole numbers, as CPUs are. */
  #weightWithout(leaving: readonly NodeEntry[], weightOf: WeightOf): number {
    const { weight } = this.#base;
    const weights = leaving.map(({ node }) => weightOf(node));
    const rest = weights.reduce((left, own) => left - own, weight);
    if (rest > weight * MIN_REST || [weight, ...weights].every(Number.isSafeInteger)) return rest;
    return this.nodes.reduce((sum, node) => sum + weightOf(node), 0);
  }
}

const MIN_REST = 1e-3;
