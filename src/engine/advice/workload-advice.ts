import type { Node } from '../../model/node.ts';
import type { Topology } from '../../model/topology.ts';
import type { PodCount, Workload } from '../../model/workload.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { matchesNode, toleratesAll } from '../../topology/scenarios/feasible-nodes.ts';
import { unavailableInRollout } from '../../topology/scenarios/scenario.ts';
import { podEndpoints, withoutEndpoints, withPodsOn } from '../../topology/scenarios/service-pods.ts';
import { withSlices } from '../../topology/topology-view.ts';
import type { SettingResult, WorkloadAdvice } from './advice.ts';
import { allowedLoad } from './allowed-load.ts';
import { isSpreadOverZones } from './assumptions.ts';
import { chooseSetting } from './choose.ts';
import { type CandidateInput, evaluateIn, type ServiceInput } from './evaluate-in.ts';
import { settingOf } from './setting.ts';

export interface BlockedInput extends ServiceInput {
  readonly results: readonly SettingResult[];
  readonly chosen: SettingResult | null;
}

/** Smaller gains are not worth a change of the workload. */
const MIN_GAIN = 0.05;
const ONE_POD: PodCount = { kind: 'count', count: 1 };
/** Simulated numbers of Pods: each costs as much as the advice itself. */
const MAX_ATTEMPTS = 3;

/**
 * More Pods, or Pods spread evenly over the zones, if that allows a setting that keeps more traffic in its zone. Only for
 * Deployments, whose Pods are all equal, and never beyond the maximum of the autoscaler.
 */
export function workloadAdvice(candidate: CandidateInput, input: BlockedInput): WorkloadAdvice | null {
  const { workload, service, topology, results, chosen, maxLoad } = input;
  const zones = candidate.clients.nodes.zones.length;
  const blocked = results.some(({ rejected }) => rejected?.kind === 'overloads' || rejected?.kind === 'loses-traffic');
  // Recreate is set on purpose: only one Pod may run at a time.
  if (workload.kind !== 'Deployment' || workload.rollout.kind !== 'rolling' || zones < 2 || (!blocked && chosen))
    return null;
  if (chosen && chosen.today.inZone > 1 - MIN_GAIN) return null;
  const pods = podEndpoints(service, topology.slices(service.namespace, service.name)).length;
  const canSpread = isSpreadOverZones(workload) || Object.keys(workload.selectorLabels).length > 0;
  if (!canSpread) return null;
  const allowed = allowedLoad(maxLoad, workload);
  for (const replicas of numbersToTry(pods, zones, workload)) {
    if (isAlready(workload, replicas, pods)) continue;
    const spread = spreadTopology(candidate, input, replicas);
    const changed = {
      ...workload,
      replicas,
      rollout: { ...workload.rollout, kind: 'rolling' as const, maxUnavailable: ONE_POD },
      autoscaler: workload.autoscaler && { ...workload.autoscaler, minReplicas: replicas },
    };
    const evaluated = spread && evaluateIn(candidate, { ...input, workload: changed, topology: spread, allowed });
    if (!evaluated || 'because' in evaluated) return null;
    const better = chooseSetting({
      results: evaluated,
      today: settingOf(service),
      prefersNode: false,
    }).chosen;
    if (better?.worst && better.today.inZone >= (chosen?.today.inZone ?? 0) + MIN_GAIN) {
      return adviceFor(workload, replicas, better);
    }
  }
  return null;
}

/** True if the workload asks for as many spread Pods today. */
function isAlready(workload: Workload, replicas: number, pods: number): boolean {
  const minimum = workload.autoscaler?.minReplicas ?? pods;
  const isAtOnce = unavailableInRollout(workload, replicas) > 1;
  return isSpreadOverZones(workload) && replicas === pods && minimum >= replicas && !isAtOnce;
}

function adviceFor(workload: Workload, replicas: number, better: SettingResult): WorkloadAdvice {
  const { kind, namespace, name, autoscaler, selectorLabels } = workload;
  return {
    workload: { kind, namespace, name },
    replicas,
    autoscaler: autoscaler?.name ?? null,
    addsSpread: !isSpreadOverZones(workload),
    oneAtATime: unavailableInRollout(workload, replicas) > 1,
    selectorLabels,
    setting: better.setting,
    inZone: better.today.inZone,
    busiest: better.worst?.busiest?.value ?? null,
  };
}

/** As many as today, then one, two and three for each zone. */
function numbersToTry(pods: number, zones: number, { autoscaler }: Workload): readonly number[] {
  const most = autoscaler?.maxReplicas ?? Number.POSITIVE_INFINITY;
  const numbers = [pods, zones, 2 * zones, 3 * zones, 4 * zones].filter(n => n >= Math.max(2, pods) && n <= most);
  return [...new Set(numbers)].sort((a, b) => a - b).slice(0, MAX_ATTEMPTS);
}

/** The topology with that many Pods, spread evenly over the zones and in each over its nodes; `null` if no node takes them. */
function spreadTopology(
  { clients }: CandidateInput,
  { service, workload, topology }: BlockedInput,
  replicas: number,
): Topology | null {
  const slices = topology.slices(service.namespace, service.name);
  const perZone = Math.ceil(replicas / clients.nodes.zones.length);
  const byZone = clients.nodes.zones.map(zone => firstNodes(clients.nodes, { zone, workload, count: perZone }));
  if (byZone.some(nodes => nodes.length === 0)) return null;
  const nodes = Array.from({ length: replicas }, (_, i): Node | undefined => {
    const own = byZone[i % byZone.length] ?? [];
    return own[Math.floor(i / byZone.length) % own.length];
  });
  const empty = withoutEndpoints(slices, () => true);
  return withSlices(
    topology,
    service,
    withPodsOn(
      empty,
      service,
      nodes.filter(node => node !== undefined),
    ),
  );
}

function firstNodes(
  { groups }: NodeSet,
  { zone, workload, count }: { readonly zone: string; readonly workload: Workload; readonly count: number },
): readonly Node[] {
  const found: Node[] = [];
  for (const { nodes } of groups.filter(group => group.zone === zone)) {
    for (const node of nodes) {
      if (found.length >= count) return found;
      if (matchesNode(workload, node) && toleratesAll(workload, node)) found.push(node);
    }
  }
  return found;
}
