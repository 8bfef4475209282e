import type { Node } from '../model/node.ts';
import type { NameSet, NodeEntry, NodeGroup, NodePartition } from './node-set.ts';
import { NO_NODES, NodeSet, partitionNodes } from './node-set.ts';
import { ReducedGroup } from './reduced-group.ts';

/**
 * A set without some of its nodes. Groups that lose none stay the same objects, and lists of the other nodes are made only if
 * they are read, so that this is cheap for a few nodes.
 */
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
    return this.groups.reduce((sum, { size }) => sum + size, 0);
  }

  /** Not kept, unlike in other sets: each change of a cluster has its own names. */
  override partition(named: readonly NameSet[], without: readonly NameSet[] = []): NodePartition {
    return named.every(list => list === NO_NODES) ? super.partition(named) : partitionNodes(this, { named, without });
  }

  override get(name: string): Node | undefined {
    return this.#without.has(name) ? undefined : this.#base.get(name);
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
    const withoutNodes = (group: NodeGroup, entries: readonly NodeEntry[]) =>
      entries.length === group.size ? null : new ReducedGroup(group, entries, this.weightOf);
    return new Map([...byGroup].map(([group, entries]) => [group, withoutNodes(group, entries)]));
  }
}
