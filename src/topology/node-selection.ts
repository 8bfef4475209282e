import type { NameList } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import type { NameSet, NodeEntry, NodeGroup, NodeSet } from './node-set.ts';
import { isInAny } from './node-set.ts';

/**
 * Nodes of a set, as whole groups and single nodes. Their names are collected on request, in the order of the set, because
 * a message shows three of thousands.
 */
export class NodeSelection implements NameList {
  readonly length: number;
  readonly #of: NodeSet;
  readonly #groups: ReadonlySet<NodeGroup>;
  /** Nodes selected individually. */
  readonly #single: readonly NodeEntry[];
  /** Nodes that are not selected with their groups. */
  readonly #individuallyNamed: readonly NameSet[];
  #singleNames: ReadonlySet<string> | null = null;

  constructor(of: NodeSet, picked: SelectionParts) {
    this.#of = of;
    this.#groups = picked.groups;
    this.#single = picked.single;
    this.#individuallyNamed = picked.individuallyNamed;
    this.length = picked.length;
  }

  slice(from = 0, to = this.length): readonly string[] {
    const places = [...this.#single];
    for (const group of this.#groups) places.push(...this.#firstOf(group, to));
    places.sort((a, b) => a.index - b.index);
    return places.slice(from, to).map(({ node }) => node.name);
  }

  toJSON(): readonly string[] {
    return this.slice();
  }

  /** Distinct and sorted. */
  get zones(): readonly string[] {
    const zones = [...[...this.#groups].map(({ zone }) => zone), ...this.#single.map(({ node }) => node.zone)];
    return [...new Set(zones.filter(zone => zone !== null))].sort();
  }

  includes({ node, group }: NodeEntry): boolean {
    this.#singleNames ??= new Set(this.#single.map(one => one.node.name));
    if (this.#singleNames.has(node.name)) return true;
    return this.#groups.has(group) && !isInAny(node.name, this.#individuallyNamed);
  }

  #has({ name }: Node): boolean {
    const place = this.#of.entry(name);
    return place !== undefined && this.includes(place);
  }

  /** True if every node of the other selection is in this one too. */
  includesAll(other: NodeSelection): boolean {
    if (other.#of !== this.#of) return includesAllOf(this.slice(), other.slice());
    const others = [...other.#groups].filter(group => !this.#groups.has(group));
    if (!others.every(({ nodes }) => nodes.every(node => this.#has(node) || !other.#has(node)))) return false;
    if (!other.#single.every(place => this.includes(place))) return false;
    // A node that is individually named here may be selected with its group there.
    const excepted = this.#individuallyNamed
      .flatMap(named => [...named.keys()])
      .flatMap(name => this.#of.entry(name) ?? []);
    return excepted.every(place => !other.includes(place) || this.includes(place));
  }

  #firstOf(group: NodeGroup, count: number): readonly NodeEntry[] {
    const first: NodeEntry[] = [];
    for (const { name } of group.nodes) {
      if (first.length >= count) break;
      const place = isInAny(name, this.#individuallyNamed) ? undefined : this.#of.entry(name);
      if (place) first.push(place);
    }
    return first;
  }
}

interface SelectionParts {
  readonly groups: ReadonlySet<NodeGroup>;
  readonly single: readonly NodeEntry[];
  readonly individuallyNamed: readonly NameSet[];
  readonly length: number;
}

/**
 * The nodes for which `holds` is true. It is called for each individually named node, and once per group for the others, so
 * it may depend only on a node's zone, its version and whether it is individually named. Cost: the number of names and of
 * groups.
 *
 * @param without individually named nodes that are in every one of these, for which `holds` is known to be false
 */
export function selectNodes(
  of: NodeSet,
  individuallyNamed: readonly NameSet[],
  holds: (node: Node) => boolean,
  without: readonly NameSet[] = [],
): NodeSelection {
  const { places, rest } = of.partition(individuallyNamed, without);
  const single = places.filter(({ node }) => holds(node));
  const groups = new Set<NodeGroup>();
  let length = single.length;
  for (const { group, representative, nodes } of rest) {
    if (!holds(representative)) continue;
    groups.add(group);
    length += nodes;
  }
  return new NodeSelection(of, { groups, single, individuallyNamed, length });
}

/** True if `all` contains every name of `some`. */
export function includesAllNames(all: NameList, some: NameList): boolean {
  if (some.length > all.length) return false;
  if (all instanceof NodeSelection && some instanceof NodeSelection) return all.includesAll(some);
  return includesAllOf(all.slice(), some.slice());
}

function includesAllOf(all: readonly string[], some: readonly string[]): boolean {
  const set = new Set(all);
  return some.every(name => set.has(name));
}
