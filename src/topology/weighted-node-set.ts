import type { Node } from '../model/node.ts';
import type { CpuRatios } from './cpu-ratio.ts';
import type { NodeEntry, NodeGroup, WeightOf } from './node-set.ts';
import { NodeSet } from './node-set.ts';

/** A set with other weights. It shares the nodes and their groups with its base, so that many Services can have their own. */
export class WeightedNodeSet extends NodeSet {
  readonly #base: NodeSet;
  #weighted: ReadonlyMap<NodeGroup, NodeGroup> | null = null;
  #ownGroups: readonly NodeGroup[] | null = null;

  constructor(base: NodeSet, weightOf: WeightOf) {
    super([], base.assignment, weightOf);
    this.#base = base;
  }

  override get nodes(): readonly Node[] {
    return this.#base.nodes;
  }

  override get size(): number {
    return this.#base.size;
  }

  override get byCPU(): NodeSet {
    return this.#base.byCPU;
  }

  override get cpuRatios(): CpuRatios {
    return this.#base.cpuRatios;
  }

  override entry(name: string): NodeEntry | undefined {
    const entry = this.#base.entry(name);
    const group = entry && this.#weightedGroups().get(entry.group);
    return group && { ...entry, group };
  }

  override get(name: string): Node | undefined {
    return this.#base.get(name);
  }

  override get groups(): readonly NodeGroup[] {
    this.#ownGroups ??= [...this.#weightedGroups().values()];
    return this.#ownGroups;
  }

  #weightedGroups(): ReadonlyMap<NodeGroup, NodeGroup> {
    this.#weighted ??= new Map(this.#base.groups.map(group => [group, this.#weightedGroup(group)]));
    return this.#weighted;
  }

  #weightedGroup(group: NodeGroup): NodeGroup {
    const { dataPlane, zone, kubeletMinor, nodes, size } = group;
    const weight = nodes.reduce((sum, node) => sum + this.weightOf(node), 0);
    return { dataPlane, zone, kubeletMinor, nodes, size, weight, firstOutside: named => group.firstOutside(named) };
  }
}
