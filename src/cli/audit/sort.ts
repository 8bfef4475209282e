import { compareLevels } from '../../model/finding.ts';
import type { LocatedFinding } from '../../report/result.ts';

/** A finding, and what its order depends on besides. */
export interface SortableFinding {
  readonly finding: LocatedFinding;
  /** Number of nodes that lose traffic of the Service, all traffic classes together, as on the page. */
  readonly lost: number;
}

type Order = (a: SortableFinding, b: SortableFinding) => number;

const byLevel: Order = (a, b) => compareLevels(b.finding.level, a.finding.level);
const byLost: Order = (a, b) => b.lost - a.lost;
const byRule: Order = (a, b) => compareText(a.finding.rule, b.finding.rule);
const byName: Order = ({ finding: { object: a } }, { finding: { object: b } }) =>
  compareText(a.namespace, b.namespace) || compareText(a.name, b.name);

/** The orders of --sort-by. Findings that are equal in all respects keep the order of the rules. */
const ORDERS = {
  severity: [byLevel, byLost, byName],
  lost: [byLost, byName, byLevel],
  name: [byName, byLevel],
  rule: [byRule, byLevel, byLost, byName],
} as const satisfies Readonly<Record<string, readonly Order[]>>;

export type SortKey = keyof typeof ORDERS;

export const SORT_KEYS = Object.keys(ORDERS) as [SortKey, ...SortKey[]];

export function sortFindings(findings: readonly SortableFinding[], key: SortKey): readonly LocatedFinding[] {
  const order = (a: SortableFinding, b: SortableFinding) => {
    for (const compare of ORDERS[key]) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
  return findings.toSorted(order).map(({ finding }) => finding);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
