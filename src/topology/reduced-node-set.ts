import type { Node } from '../model/node.ts';
import type { NodeEntry, NodeGroup, WeightOf } from './node-set.ts';
import { NodeSet } from './node-set.ts';

/** A set without some of its nodes. Groups that lose none stay the same objects, so that this is cheap for a few nodes. */
export class ReducedNodeSet extends NodeSet {
  readonly #base: NodeSet;
  readonly #without: ReadonlySet<string>;
  #reduced: ReadonlyMap<NodeGroup, NodeGroup | null> | null = null;
  #ownGroups: readonly NodeGroup[] | null = null;

  #ownNodes: readonly Node[] | null = null;

  constructor(base: NodeSet, without: ReadonlySet<string>) {
    super([], base.assignment, base.weightOf);
    this.#base = base;
    this.#without = without;
  }

  override get nodes(): readonly Node[] {
    this.#ownNodes ??= this.#base.nodes.filter(({ name }) => !this.#without.has(name));
    return this.#ownNodes;
  }

  override get byCPU(): NodeSet {
    const base = this.#base.byCPU;
    return base === this.#base ? this : new ReducedNodeSet(base, this.#without);
  }

  override get size(): number {
    return this.groups.reduce((sum, { nodes }) => sum + nodes.length, 0);
  }

  override entry(name: string): NodeEntry | undefined {
    const entry = this.#without.has(name) ? undefined : this.#base.entry(name);
    if (!entry) return undefined;
    const group = this.#reducedGroups().get(entry.group);
    return group ? { ...entry, group } : entry;
  }

  override get groups(): readonly NodeGroup[] {
    const reduced = this.#reducedGroups();
    this.#ownGroups ??= this.#base.groups
      .map(group => (reduced.has(group) ? reduced.get(group) : group))
      .filter(group => group !== null && group !== undefined);
    return this.#ownGroups;
  }

  /** The groups that lose nodes, without them; `null` if none is left. */
  #reducedGroups(): ReadonlyMap<NodeGroup, NodeGroup | null> {
    this.#reduced ??= this.#reduce();
    return this.#reduced;
  }

  #reduce(): ReadonlyMap<NodeGroup, NodeGroup | null> {
    const leaving = [...this.#without].flatMap(name => this.#base.entry(name) ?? []);
    const byGroup = Map.groupBy(leaving, ({ group }) => group);
    return new Map([...byGroup].map(([group, entries]) => [group, withoutNodes(group, entries, this.weightOf)]));
  }
}

function withoutNodes(group: NodeGroup, entries: readonly NodeEntry[], weightOf: WeightOf): NodeGroup | null {
  if (entries.length === group.nodes.length) return null;
  const [first] = entries;
  // One node is the usual case, and copying the list is much faster than a test of each node.
  if (first && entries.length === 1) {
    const nodes = group.nodes.toSpliced(group.nodes.indexOf(first.node), 1);
    return { ...group, nodes, weight: weightOfRest({ group, entries, nodes, weightOf }) };
  }
  const leaving = new Set(entries.map(({ node }) => node));
  const nodes = group.nodes.filter(node => !leaving.has(node));
  return { ...group, nodes, weight: weightOfRest({ group, entries, nodes, weightOf }) };
}

interface Rest {
  readonly group: NodeGroup;
  readonly entries: readonly NodeEntry[];
  /** That are left. */
  readonly nodes: readonly Node[];
  readonly weightOf: WeightOf;
}

/** A rest that is much smaller than what is subtracted would be inexact, except of whole numbers, as CPUs are. */
function weightOfRest({ group, entries, nodes, weightOf }: Rest): number {
  const leaving = entries.map(({ node }) => weightOf(node));
  const rest = leaving.reduce((left, own) => left - own, group.weight);
  if (rest > group.weight * MIN_REST || [group.weight, ...leaving].every(Number.isSafeInteger)) return rest;
  return nodes.reduce((sum, node) => sum + weightOf(node), 0);
}

const MIN_REST = 1e-3;
