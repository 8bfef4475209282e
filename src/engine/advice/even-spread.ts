import { matchesSelector } from '../../model/label-selector.ts';
import { type Node, ZONE_LABEL } from '../../model/node.ts';
import type { TopologySpreadConstraint } from '../../model/pod-scheduling.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { feasibleNodes, isAllowedPlacement } from '../../topology/scenarios/feasible-nodes.ts';
import { withoutEndpoints, withPodsOn } from '../../topology/scenarios/service-pods.ts';
import { withSlices } from '../../topology/topology-view.ts';
import { isSpreadOver } from './assumptions.ts';

/**
 * The workload with a constraint that spreads its Pods over the zones, as the patch makes it: a strategic merge patch changes
 * the constraint of the same topologyKey. `null` if there is one of which that is not known.
 */
export function spreadOverZones(workload: Workload): Workload | null {
  if (isSpreadOver(workload, ZONE_LABEL)) return workload;
  const { spread, selectorLabels, podLabels } = workload;
  const labels = Object.entries(selectorLabels);
  const [existing, ...more] = spread.filter(({ topologyKey }) => topologyKey === ZONE_LABEL);
  if (labels.length === 0 || more.length > 0) return null;
  if (existing && (existing.selector === null || !matchesSelector(existing.selector, podLabels))) return null;
  const constraint: TopologySpreadConstraint = {
    topologyKey: ZONE_LABEL,
    maxSkew: 1,
    minDomains: existing?.minDomains ?? 0,
    whenUnsatisfiable: 'DoNotSchedule',
    honorsTaints: true,
    selector: [
      ...(existing?.selector ?? []),
      ...labels.map(([key, value]) => ({ key, operator: 'in' as const, values: [value] })),
    ],
  };
  return { ...workload, spread: [...spread.filter(one => one !== existing), constraint] };
}

export interface SpreadInput {
  readonly service: Service;
  readonly workload: Workload;
  readonly topology: Topology;
  readonly replicas: number;
  /** The zones with clients: each must have a Pod. */
  readonly zones: readonly string[];
}

/**
 * The topology with that many Pods, spread evenly over the zones and in each over its nodes. `null` if a zone has no node
 * that takes them, or the Pods may not be so.
 */
export function evenlySpread({ service, workload, topology, replicas, zones }: SpreadInput): Topology | null {
  const free = { ...workload, spread: [], scheduling: { ...workload.scheduling, antiAffinity: [] } };
  const all = topology.nodes();
  const byZone = Map.groupBy(
    feasibleNodes(free, all, new Map()).filter(({ zone }) => zone !== null),
    ({ zone }) => zone,
  );
  if (zones.some(zone => !byZone.has(zone))) return null;
  const usable = [...byZone.values()];
  const placed = Array.from({ length: replicas }, (_, i) => {
    const own = usable[i % usable.length] ?? [];
    return own[Math.floor(i / usable.length) % own.length];
  }).filter((node): node is Node => node !== undefined);
  const pods = new Map<string, number>();
  for (const { name } of placed) pods.set(name, (pods.get(name) ?? 0) + 1);
  if (!isAllowedPlacement(workload, all, pods)) return null;
  const empty = withoutEndpoints(topology.slices(service.namespace, service.name), () => true);
  return withSlices(topology, service, withPodsOn(empty, service, placed));
}
