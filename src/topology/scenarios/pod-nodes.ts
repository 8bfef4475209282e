import type { Node } from '../../model/node.ts';
import type { TopologySpreadConstraint } from '../../model/pod-scheduling.ts';
import type { Workload } from '../../model/workload.ts';
import { feasibleNodes, matchesNode, selectsOwnPods, toleratesAll } from './feasible-nodes.ts';

/** Workloads with other requirements of their nodes; seldom more than a few. Each entry holds lists of all nodes. */
const MAX_KEPT = 32;

/** The nodes that workloads may run on. Workloads with the same requirements share them. */
export class NodesForPods {
  readonly #nodes: readonly Node[];
  readonly #smallest: number;
  readonly #kept = new Map<string, PodNodes>();

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#smallest = nodes.reduce((min, { milliCPU }) => (milliCPU > 0 ? Math.min(min, milliCPU) : min), Infinity);
  }

  of(workload: Workload): PodNodes {
    const { kind, cpuRequest, scheduling } = workload;
    const { nodeSelector, nodeTerms, tolerations } = scheduling;
    // A request that every node can take excludes none.
    const request = (cpuRequest ?? 0) <= this.#smallest ? 0 : cpuRequest;
    const key = JSON.stringify([kind === 'DaemonSet', request, nodeSelector, nodeTerms, tolerations]);
    const known = this.#kept.get(key);
    if (known) return known;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const created = new PodNodes(workload, this.#nodes);
    this.#kept.set(key, created);
    return created;
  }
}

/** The nodes on which Pods of a workload may run by its requirements, however many there are and however they are spread. */
export class PodNodes {
  /** By zone; nodes without one are left out. */
  readonly byZone: ReadonlyMap<string | null, readonly Node[]>;
  readonly #matching: readonly Node[];
  readonly #tolerated: readonly Node[];
  readonly #domains = new Map<string, ReadonlySet<string>>();

  constructor(workload: Workload, nodes: readonly Node[]) {
    const free = { ...workload, spread: [], scheduling: { ...workload.scheduling, antiAffinity: [] } };
    const byZone = Map.groupBy(feasibleNodes(free, nodes, new Map()), ({ zone }) => zone);
    byZone.delete(null);
    this.byZone = byZone;
    this.#matching = nodes.filter(node => matchesNode(workload, node));
    this.#tolerated = this.#matching.filter(node => node.ready && toleratesAll(workload, node));
  }

  /**
   * True if the Pods of the workload may be on these of its nodes, one Pod for each time that a node is listed: no constraint
   * and no anti-affinity forbids it. False also for those about other Pods, whose nodes are not known.
   */
  allows(workload: Workload, placed: readonly Node[]): boolean {
    const { spread, scheduling } = workload;
    const isEven = spread.every(constraint => {
      if (constraint.whenUnsatisfiable !== 'DoNotSchedule') return true;
      const isLabelled = placed.every(({ labels }) => labels[constraint.topologyKey] !== undefined);
      return selectsOwnPods(constraint, workload) && isLabelled && this.#skew(constraint, placed) <= constraint.maxSkew;
    });
    const isApart = scheduling.antiAffinity.every(
      term => selectsOwnPods(term, workload) && Math.max(0, ...countByDomain(term.topologyKey, placed).values()) <= 1,
    );
    return scheduling.unknown.length === 0 && isEven && isApart;
  }

  /** The largest difference between domains in their number of Pods. */
  #skew({ topologyKey, minDomains, honorsTaints }: TopologySpreadConstraint, placed: readonly Node[]): number {
    const domains = this.#domainsOf(topologyKey, honorsTaints);
    const counts = countByDomain(topologyKey, placed);
    const hasEmpty = counts.size < domains.size || domains.size < minDomains;
    return Math.max(0, ...counts.values()) - (hasEmpty ? 0 : Math.min(...counts.values()));
  }

  #domainsOf(topologyKey: string, honorsTaints: boolean): ReadonlySet<string> {
    const key = `${honorsTaints} ${topologyKey}`;
    const known = this.#domains.get(key);
    if (known) return known;
    const nodes = honorsTaints ? this.#tolerated : this.#matching;
    const domains = new Set(nodes.flatMap(({ labels }) => labels[topologyKey] ?? []));
    this.#domains.set(key, domains);
    return domains;
  }
}

function countByDomain(topologyKey: string, placed: readonly Node[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { labels } of placed) {
    const domain = labels[topologyKey];
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}
