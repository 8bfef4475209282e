import { percentOfGroup } from '../../../report/percent.ts';
import type { Loss, TrafficFlows, ZoneFlow } from '../../../topology/zone-flows.ts';
import type { ZoneGroups } from './zone-groups.ts';

export interface GroupedFlow extends Omit<ZoneFlow, 'from' | 'to' | 'endpoints'> {
  /** Keys of the zones. */
  readonly from: string;
  readonly to: string;
  readonly inZone: boolean;
  /** The share as text. */
  readonly percent: string;
}

export interface GroupedLoss extends Omit<Loss, 'from'> {
  readonly from: string;
  /** The share as text. */
  readonly percent: string;
}

/** All flows and losses of one class, whose percentages are at most 100 together. */
export function groupedTraffic(
  { flows, losses }: Pick<TrafficFlows, 'flows' | 'losses'>,
  groups: ZoneGroups,
): { readonly flows: readonly GroupedFlow[]; readonly losses: readonly GroupedLoss[] } {
  const grouped = { flows: groupedFlows(flows, groups), losses: groupedLosses(losses, groups) };
  const percentOf = percentOfGroup([...grouped.flows, ...grouped.losses].map(({ share }) => share));
  return {
    flows: grouped.flows.map(flow => ({ ...flow, percent: percentOf(flow.share) })),
    losses: grouped.losses.map(loss => ({ ...loss, percent: percentOf(loss.share) })),
  };
}

/** Merges the flows between zones that share a box. */
function groupedFlows(flows: readonly ZoneFlow[], groups: ZoneGroups): readonly Omit<GroupedFlow, 'percent'>[] {
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
function groupedLosses(losses: readonly Loss[], groups: ZoneGroups): readonly Omit<GroupedLoss, 'percent'>[] {
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
