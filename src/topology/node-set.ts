import type { DataPlane, DataPlaneAssignment } from '../model/data-plane.ts';
import { ASSUMED_KUBE_PROXY } from '../model/data-plane.ts';
import type { Node } from '../model/node.ts';
import type { CpuRatios } from './cpu-ratio.ts';
import { cpuRatios } from './cpu-ratio.ts';
import { dataPlaneAt } from './data-plane.ts';

/** Nodes of one data plane, zone and kubelet version. Routes are the same on all that no endpoint and no hint names. */
export interface NodeGroup {
  readonly dataPlane: DataPlane;
  readonly zone: string | null;
  readonly kubeletMinor: number | null;
  /** In the order of the set. */
  readonly nodes: readonly Node[];
  readonly size: number;
  /** The sum of the weights of its nodes. */
  readonly weight: number;
  /** The first node that is in none of these; `undefined` without one. */
  firstOutside(named: readonly NameSet[]): Node | undefined;
}

/** The position of a node in its set. */
export interface NodeEntry {
  readonly node: Node;
  readonly index: number;
  readonly group: NodeGroup;
}

/** Names of nodes, as a Set or the keys of a Map. */
export interface NameSet {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

/** No node of any set. A partition by it alone is kept for as long as the set. */
export const NO_NODES: NameSet = { has: () => false, keys: () => [] };

/** Every node of a set. */
export const EVERY_NODE: NameSet = { has: () => true, keys: () => [] };

/** The named nodes of a set, and the remainder of each group. */
export interface NodePartition {
  readonly places: readonly NodeEntry[];
  readonly rest: readonly GroupRemainder[];
}

/** Never empty. */
export interface GroupRemainder {
  readonly group: NodeGroup;
  /** The first, as a representative of all. */
  readonly representative: Node;
  readonly nodes: number;
  readonly weight: number;
}

/** The lists that a partition is made by. */
export interface PartitionBy {
  readonly named: readonly NameSet[];
  /** Named nodes that are in every one of these are left out of the places; empty if none is. */
  readonly without: readonly NameSet[];
}

/** Rules and fixes of one change reuse a few partitions. */
const MAX_PARTITIONS = 8;

/** The traffic of a node in relation to the other nodes of its set. Depends on the name, the zone and the CPU only. */
export type WeightOf = (node: Node) => number;

const byMilliCPU: WeightOf = ({ milliCPU }) => milliCPU;

/** Nodes with their data planes, and the values derived from them alone, computed on first use and cached with the set. */
export class NodeSet {
  readonly #nodes: readonly Node[];
  readonly assignment: DataPlaneAssignment;
  readonly weightOf: WeightOf;
  #entries: ReadonlyMap<string, NodeEntry> | null = null;
  #groups: readonly NodeGroup[] | null = null;
  #zones: readonly string[] | null = null;
  #cpuRatios: CpuRatios | null = null;
  readonly #derived = new Map<unknown, NodeSet>();
  #unpartitioned: NodePartition | null = null;
  /** Most recent last. */
  readonly #partitions: (PartitionBy & { readonly partition: NodePartition })[] = [];

  /** Nodes send in proportion to their allocatable CPU unless other weights are given. */
  constructor(
    nodes: readonly Node[],
    assignment: DataPlaneAssignment = ASSUMED_KUBE_PROXY.candidates[0],
    weightOf: WeightOf = byMilliCPU,
  ) {
    this.#nodes = nodes;
    this.assignment = assignment;
    this.weightOf = weightOf;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  get size(): number {
    return this.nodes.length;
  }

  entry(name: string): NodeEntry | undefined {
    this.#entries ??= entriesOf(this.nodes, this.groups);
    return this.#entries.get(name);
  }

  get(name: string): Node | undefined {
    return this.entry(name)?.node;
  }

  get groups(): readonly NodeGroup[] {
    this.#groups ??= groupsOf(this);
    return this.#groups;
  }

  /** Distinct, sorted, and without nodes that have no zone. */
  get zones(): readonly string[] {
    this.#zones ??= [...new Set(this.groups.flatMap(group => group.zone ?? []))].sort();
    return this.#zones;
  }

  get weight(): number {
    return this.groups.reduce((sum, group) => sum + group.weight, 0);
  }

  /** The set in which nodes send in proportion to their CPU. */
  get byCPU(): NodeSet {
    return this;
  }

  /** The CPU shares by zone that the EndpointSlice controller uses for topology-mode Auto. */
  get cpuRatios(): CpuRatios {
    this.#cpuRatios ??= cpuRatios(this.nodes);
    return this.#cpuRatios;
  }

  /** Splits the nodes into those named and one remainder per group. Cached for the lists used last. */
  partition(named: readonly NameSet[], without: readonly NameSet[] = []): NodePartition {
    if (named.every(list => list === NO_NODES)) {
      this.#unpartitioned ??= partitionNodes(this, { named: [], without: [] });
      return this.#unpartitioned;
    }
    const by = { named, without };
    const known = this.#partitions.find(one => isSameList(one.named, named) && isSameList(one.without, without));
    if (known) return known.partition;
    const partition = partitionNodes(this, by);
    if (this.#partitions.length >= MAX_PARTITIONS) this.#partitions.shift();
    this.#partitions.push({ ...by, partition });
    return partition;
  }

  // The following methods cache by the identity of their argument. A function must depend on the node only.

  filter(holds: (node: Node) => boolean): NodeSet {
    return this.#derive(holds, () => this.nodes.filter(holds));
  }

  map(changed: (node: Node) => Node): NodeSet {
    return this.#derive(changed, () => this.nodes.map(changed));
  }

  /** On equal names, the nodes of this set win. */
  union(other: NodeSet): NodeSet {
    return this.#derive(other, () => [...this.nodes, ...other.nodes.filter(({ name }) => !this.get(name))]);
  }

  #derive(by: unknown, nodes: () => readonly Node[]): NodeSet {
    const known = this.#derived.get(by);
    if (known) return known;
    const derived = new NodeSet(nodes(), this.assignment, this.weightOf);
    this.#derived.set(by, derived);
    return derived;
  }
}

function isSameList(some: readonly NameSet[], others: readonly NameSet[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

export function partitionNodes(set: NodeSet, { named, without }: PartitionBy): NodePartition {
  const isLeftOut = (name: string) => without.length > 0 && without.every(names => names.has(name));
  if (named.includes(EVERY_NODE)) {
    const places = set.nodes.flatMap(({ name }) => (isLeftOut(name) ? [] : (set.entry(name) ?? [])));
    return { places, rest: [] };
  }
  const places: NodeEntry[] = [];
  const taken = new Map<NodeGroup, { nodes: number; weight: number }>();
  named.forEach((names, position) => {
    const before = named.slice(0, position);
    for (const name of names.keys()) {
      const place = set.entry(name);
      if (!place || isInAny(name, before)) continue;
      if (!isLeftOut(name)) places.push(place);
      const weight = set.weightOf(place.node);
      const of = taken.get(place.group);
      if (!of) taken.set(place.group, { nodes: 1, weight });
      else {
        of.nodes++;
        of.weight += weight;
      }
    }
  });
  const rest: GroupRemainder[] = [];
  for (const group of set.groups) {
    const of = taken.get(group);
    const nodes = group.size - (of?.nodes ?? 0);
    const representative = nodes > 0 ? group.firstOutside(named) : undefined;
    if (representative)
      rest.push({ group, representative, nodes, weight: Math.max(0, group.weight - (of?.weight ?? 0)) });
  }
  return { places, rest };
}

export function isInAny(name: string, named: readonly NameSet[]): boolean {
  for (const names of named) if (names.has(name)) return true;
  return false;
}

function groupsOf({ nodes, assignment, weightOf }: NodeSet): readonly NodeGroup[] {
  const groups: WholeGroup[] = [];
  const byDataPlane = new Map<DataPlane, Map<string, WholeGroup>>();
  for (const node of nodes) {
    const dataPlane = dataPlaneAt(node, assignment);
    const byKey = byDataPlane.get(dataPlane) ?? new Map<string, WholeGroup>();
    byDataPlane.set(dataPlane, byKey);
    const key = `${node.kubeletMinor}/${node.zone ?? ''}`;
    const known = byKey.get(key);
    const group = known ?? new WholeGroup(dataPlane, node);
    group.add(node, weightOf(node));
    if (known) continue;
    byKey.set(key, group);
    groups.push(group);
  }
  return groups;
}

class WholeGroup implements NodeGroup {
  readonly dataPlane: DataPlane;
  readonly zone: string | null;
  readonly kubeletMinor: number | null;
  readonly nodes: Node[] = [];
  weight = 0;

  constructor(dataPlane: DataPlane, { zone, kubeletMinor }: Node) {
    this.dataPlane = dataPlane;
    this.zone = zone;
    this.kubeletMinor = kubeletMinor;
  }

  add(node: Node, weight: number): void {
    this.nodes.push(node);
    this.weight += weight;
  }

  get size(): number {
    return this.nodes.length;
  }

  firstOutside(named: readonly NameSet[]): Node | undefined {
    return this.nodes.find(({ name }) => !isInAny(name, named));
  }
}

function entriesOf(nodes: readonly Node[], groups: readonly NodeGroup[]): ReadonlyMap<string, NodeEntry> {
  const byNode = new Map<Node, NodeGroup>();
  for (const group of groups) for (const node of group.nodes) byNode.set(node, group);
  const places = new Map<string, NodeEntry>();
  nodes.forEach((node, index) => {
    const group = byNode.get(node);
    if (group) places.set(node.name, { node, index, group });
  });
  return places;
}
