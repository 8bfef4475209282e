import type { Loss, ZoneFlow } from '../../../topology/zone-flows.ts';
import type { ZoneGroups } from './zone-groups.ts';

export interface GroupedFlow extends Omit<ZoneFlow, 'from' | 'to' | 'endpoints'> {
  /** Keys of the zones. */
  readonly from: string;
  readonly to: string;
  readonly inZone: boolean;
}

export interface GroupedLoss extends Omit<Loss, 'from'> {
  readonly from: string;
}

/** Merges the flows between zones that share a box. */
export function groupedFlows(flows: readonly ZoneFlow[], groups: ZoneGroups): readonly GroupedFlow[] {
  const key = ({ from, to }: ZoneFlow) => JSON.stringify([groups.keyOf(from), groups.keyOf(to), isWithin(from, to)]);
  return [...Map.groupBy(flows, key).values()].map(group => ({
    from: groups.keyOf(group[0]?.from ?? null),
    to: groups.keyOf(group[0]?.to ?? null),
    inZone: group.some(({ from, to }) => isWithin(from, to)),
    share: group.reduce((sum, flow) => sum + flow.share, 0),
    // Nodes of one zone may send to several zones that share a box.
    nodes: [...new Map(group.map(flow => [flow.from, flow.nodes])).values()].reduce((sum, n) => sum + n, 0),
    reasons: [...new Set(group.flatMap(flow => flow.reasons))],
  }));
}

/** Merges the losses of zones that share a box, per verdict and reason. */
export function groupedLosses(losses: readonly Loss[], groups: ZoneGroups): readonly GroupedLoss[] {
  const key = ({ from, verdict, reason }: Loss) => JSON.stringify([groups.keyOf(from), verdict, reason]);
  return [...Map.groupBy(losses, key).values()].flatMap(group => {
    const [first] = group;
    if (!first) return [];
    const share = group.reduce((sum, loss) => sum + loss.share, 0);
    return { ...first, from: groups.keyOf(first.from), share, nodes: group.flatMap(({ nodes }) => nodes) };
  });
}

function isWithin(from: string | null, to: string | null): boolean {
  return from !== null && from === to;
}
