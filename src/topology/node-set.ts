import type { Node } from '../model/node.ts';
import type { CpuRatios } from './cpu-ratio.ts';
import { cpuRatios } from './cpu-ratio.ts';

/** Nodes of one zone and kubelet version. kube-proxy does the same on all that no endpoint and no hint names. */
export interface NodeGroup {
  readonly zone: string | null;
  readonly kubeletMinor: number | null;
  /** In the order of the set. */
  readonly nodes: readonly Node[];
  readonly cpuMillis: number;
}

/** The position of a node in its set. */
export interface NodePlace {
  readonly node: Node;
  readonly index: number;
  readonly group: NodeGroup;
}

/** Names of nodes, as a Set or the keys of a Map. */
export interface Named {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

/** The named nodes of a set, and the remainder of each group. */
export interface Apart {
  readonly places: readonly NodePlace[];
  readonly rest: readonly GroupRest[];
}

/** Never empty. */
export interface GroupRest {
  readonly group: NodeGroup;
  /** The first, as a representative of all. */
  readonly one: Node;
  readonly nodes: number;
  readonly cpuMillis: number;
}

/** Rules and fixes of one change reuse a few partitions. */
const MAX_PARTITIONS = 8;

type Groups = ReadonlyMap<string, NodeGroup & { readonly nodes: Node[] }>;

/** Nodes, and the values derived from them alone, computed on first use and cached with the set. */
export class NodeSet {
  readonly nodes: readonly Node[];
  #places: ReadonlyMap<string, NodePlace> | null = null;
  #groups: readonly NodeGroup[] | null = null;
  #zones: readonly string[] | null = null;
  #cpuRatios: CpuRatios | null = null;
  readonly #derived = new Map<unknown, NodeSet>();
  readonly #apart: { readonly named: readonly Named[]; readonly apart: Apart }[] = [];

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
  }

  get size(): number {
    return this.nodes.length;
  }

  place(name: string): NodePlace | undefined {
    this.#places ??= placesOf(this.nodes, this.groups);
    return this.#places.get(name);
  }

  get(name: string): Node | undefined {
    return this.place(name)?.node;
  }

  get groups(): readonly NodeGroup[] {
    this.#groups ??= [...groupsOf(this.nodes).values()];
    return this.#groups;
  }

  /** Distinct, sorted, and without nodes that have no zone. */
  get zones(): readonly string[] {
    this.#zones ??= [...new Set(this.groups.flatMap(group => group.zone ?? []))].sort();
    return this.#zones;
  }

  get cpuMillis(): number {
    return this.groups.reduce((sum, group) => sum + group.cpuMillis, 0);
  }

  /** The CPU shares by zone that the EndpointSlice controller uses for topology-mode Auto. */
  get cpuRatios(): CpuRatios {
    this.#cpuRatios ??= cpuRatios(this.nodes);
    return this.#cpuRatios;
  }

  /** Splits the nodes into those named and one remainder per group. Cached for the lists used last. */
  apart(named: readonly Named[]): Apart {
    const known = this.#apart.find(
      one => one.named.length === named.length && one.named.every((n, i) => n === named[i]),
    );
    if (known) return known.apart;
    const apart = takeApart(this, named);
    if (this.#apart.length >= MAX_PARTITIONS) this.#apart.shift();
    this.#apart.push({ named, apart });
    return apart;
  }

  // The following methods cache by the identity of their argument. A function must depend on the node only.

  where(holds: (node: Node) => boolean): NodeSet {
    return this.#derive(holds, () => this.nodes.filter(holds));
  }

  as(changed: (node: Node) => Node): NodeSet {
    return this.#derive(changed, () => this.nodes.map(changed));
  }

  /** On equal names, the nodes of this set win. */
  and(other: NodeSet): NodeSet {
    return this.#derive(other, () => [...this.nodes, ...other.nodes.filter(({ name }) => !this.get(name))]);
  }

  #derive(by: unknown, nodes: () => readonly Node[]): NodeSet {
    const known = this.#derived.get(by);
    if (known) return known;
    const derived = new NodeSet(nodes());
    this.#derived.set(by, derived);
    return derived;
  }
}

function takeApart(set: NodeSet, named: readonly Named[]): Apart {
  const places = new Set<NodePlace>();
  for (const names of named) {
    for (const name of names.keys()) {
      const place = set.place(name);
      if (place) places.add(place);
    }
  }
  const left = new Map(set.groups.map(group => [group, { nodes: group.nodes.length, cpuMillis: group.cpuMillis }]));
  for (const { group, node } of places) {
    const rest = left.get(group);
    if (!rest) continue;
    rest.nodes--;
    rest.cpuMillis -= node.cpuMillis;
  }
  const rest = [...left].flatMap(([group, { nodes, cpuMillis }]): readonly GroupRest[] => {
    const one = nodes > 0 ? group.nodes.find(({ name }) => !isNamed(name, named)) : undefined;
    return one ? [{ group, one, nodes, cpuMillis }] : [];
  });
  return { places: [...places], rest };
}

export function isNamed(name: string, named: readonly Named[]): boolean {
  for (const names of named) if (names.has(name)) return true;
  return false;
}

function groupKey({ zone, kubeletMinor }: Node): string {
  return `${kubeletMinor}/${zone ?? ''}`;
}

function groupsOf(nodes: readonly Node[]): Groups {
  const groups = new Map<string, { -readonly [K in keyof NodeGroup]: NodeGroup[K] } & { nodes: Node[] }>();
  for (const node of nodes) {
    const group = groups.get(groupKey(node));
    if (group) {
      group.nodes.push(node);
      group.cpuMillis += node.cpuMillis;
    } else {
      const { zone, kubeletMinor, cpuMillis } = node;
      groups.set(groupKey(node), { zone, kubeletMinor, cpuMillis, nodes: [node] });
    }
  }
  return groups;
}

function placesOf(nodes: readonly Node[], groups: readonly NodeGroup[]): ReadonlyMap<string, NodePlace> {
  const byKey = new Map(groups.flatMap(group => group.nodes.slice(0, 1).map(node => [groupKey(node), group])));
  const places = new Map<string, NodePlace>();
  nodes.forEach((node, index) => {
    const group = byKey.get(groupKey(node));
    if (group) places.set(node.name, { node, index, group });
  });
  return places;
}
