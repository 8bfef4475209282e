import type { Finding } from '../../model/finding.ts';
import type { Topology } from '../../model/topology.ts';

interface SharedFinding {
  /** That of the outcome with the fewest nodes and zones. */
  readonly finding: Finding;
  readonly topology: Topology;
  /** True if the outcomes have it for different nodes or zones. */
  readonly differs: boolean;
  /** True if the outcomes have it for different numbers of them. */
  readonly isLowerBound: boolean;
}

/** Rules whose findings are about a number of nodes or zones, whichever they are. The others must be the same in all outcomes. */
const COUNTING = ['local-policy-uncovered-nodes', 'external-local-uncovered-nodes', 'zone-without-endpoints'];

/** The findings that all outcomes have. */
export class SharedFindings {
  #shared: ReadonlyMap<string, SharedFinding> | null = null;

  /** True if no finding can be left. */
  get isEmpty(): boolean {
    return this.#shared?.size === 0;
  }

  add(findings: readonly Finding[], topology: Topology): void {
    const next = new Map<string, SharedFinding>();
    for (const finding of findings) {
      const key = `${finding.rule} ${finding.path}`;
      const before = this.#shared?.get(key);
      if (this.#shared && !before) continue;
      const own = { finding, topology, differs: false, isLowerBound: false };
      const merged = before ? merge(before, own) : own;
      if (!merged.differs || COUNTING.includes(finding.rule)) next.set(key, merged);
    }
    this.#shared = next;
  }

  /** @param withCounts the findings in this outcome, without names */
  result(withCounts: (topology: Topology, isLowerBound: boolean) => readonly Finding[]): readonly Finding[] {
    return [...(this.#shared?.values() ?? [])].map(({ finding, topology, differs, isLowerBound }) => {
      if (!differs) return finding;
      const { rule, path } = finding;
      return withCounts(topology, isLowerBound).find(other => other.rule === rule && other.path === path) ?? finding;
    });
  }
}

function merge(a: SharedFinding, b: SharedFinding): SharedFinding {
  const differs = a.differs || a.finding.message !== b.finding.message;
  const isLowerBound = a.isLowerBound || extent(a.finding) !== extent(b.finding);
  return { ...(extent(b.finding) < extent(a.finding) ? b : a), differs, isLowerBound };
}

function extent({ nodes, zones }: Finding): number {
  return nodes.length + zones.length;
}
