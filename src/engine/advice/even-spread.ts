import { type Node, ZONE_LABEL } from '../../model/node.ts';
import type { TopologySpreadConstraint } from '../../model/pod-scheduling.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { selectsOwnPods } from '../../topology/scenarios/feasible-nodes.ts';
import type { NodesForPods } from '../../topology/scenarios/pod-nodes.ts';
import { withoutEndpoints, withPodsOn } from '../../topology/scenarios/service-pods.ts';
import { withSlices } from '../../topology/topology-view.ts';
import { isSpreadOver } from './assumptions.ts';

/**
 * The workload with a constraint that spreads its Pods over the zones, as the patch makes it: a strategic merge patch changes
 * the constraint of the same topologyKey. `null` if there is one of which that is not known.
 */
export function spreadOverZones(workload: Workload): Workload | null {
  if (isSpreadOver(workload, ZONE_LABEL)) return workload;
  const { spread, selectorLabels } = workload;
  const labels = Object.entries(selectorLabels);
  const [existing, ...more] = spread.filter(({ topologyKey }) => topologyKey === ZONE_LABEL);
  if (labels.length === 0 || more.length > 0) return null;
  if (existing && !selectsOwnPods(existing, workload)) return null;
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
  readonly nodesForPods: NodesForPods;
  readonly replicas: number;
  /** Each of their zones must have a node for the Pods. */
  readonly clients: NodeSet;
}

/**
 * The topology with that many Pods, spread evenly over the zones and in each over its nodes. A number that the zones do not
 * divide leaves the zones with most clients one Pod fewer, which is the worst case. `null` if a zone has no node that takes
 * them, or the Pods may not be so.
 */
export function evenlySpread(input: SpreadInput): Topology | null {
  const { service, workload, topology, nodesForPods, replicas, clients } = input;
  const own = nodesForPods.of(workload);
  if (clients.zones.some(zone => !own.byZone.has(zone))) return null;
  const zones = [...own.byZone]
    .sort(([a], [b]) => sentFrom(clients, a) - sentFrom(clients, b))
    .map(([, nodes]) => nodes);
  const placed = Array.from({ length: replicas }, (_, i) => {
    const nodes = zones[i % zones.length] ?? [];
    return nodes[Math.floor(i / zones.length) % nodes.length];
  }).filter((node): node is Node => node !== undefined);
  if (!own.allows(workload, placed)) return null;
  const empty = withoutEndpoints(topology.slices(service.namespace, service.name), () => true);
  return withSlices(topology, service, withPodsOn(empty, service, placed));
}

/** The traffic that the clients of a zone send, to compare zones. */
function sentFrom({ groups, weight }: NodeSet, zone: string | null): number {
  const own = groups.filter(group => group.zone === zone);
  return own.reduce((sum, group) => sum + (weight > 0 ? group.weight : group.nodes.length), 0);
}
