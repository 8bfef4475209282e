import { type EndpointSlice, isControllerManaged } from '../../model/endpoint-slice.ts';
import { ZONE_LABEL } from '../../model/node.ts';
import type { PodCount, Workload } from '../../model/workload.ts';
import { TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../../topology/hints.ts';
import { unavailableInRollout } from '../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../topology/scenarios/service-pods.ts';
import type { SettingResult, WorkloadAdvice } from './advice.ts';
import { allowedLoad } from './allowed-load.ts';
import { isSpreadOver } from './assumptions.ts';
import { chooseSetting } from './choose.ts';
import { type CandidateInput, evaluateIn, type ServiceInput } from './evaluate-in.ts';
import { evenlySpread, spreadOverZones } from './even-spread.ts';
import { isSameSetting, settingOf } from './setting.ts';

export interface BlockedInput extends ServiceInput {
  readonly results: readonly SettingResult[];
  readonly chosen: SettingResult | null;
}

/** Smaller gains are not worth a change of the workload. */
const MIN_GAIN = 0.05;
const ONE_POD: PodCount = { kind: 'count', count: 1 };
/** Simulated numbers of Pods: each costs as much as the advice itself. */
const MAX_ATTEMPTS = 3;
/** More Pods are not simulated, unless there are as many today. */
const MAX_PODS = 1000;

/**
 * More Pods, or Pods spread evenly over the zones, if that allows a setting that keeps more traffic in its zone. Only for
 * Deployments, whose Pods are all equal, never fewer Pods than today or than asked for, and never beyond the maximum of the
 * autoscaler.
 */
export function workloadAdvice(candidate: CandidateInput, input: BlockedInput): WorkloadAdvice | null {
  const { workload, service, topology, results, chosen, maxLoad } = input;
  const { nodesForPods } = candidate;
  const clients = candidate.clients.nodes;
  const blocked = results.some(({ rejected }) => rejected?.kind === 'overloads' || rejected?.kind === 'loses-traffic');
  // Recreate is set on purpose: only one Pod may run at a time.
  if (
    workload.kind !== 'Deployment' ||
    workload.rollout.kind !== 'rolling' ||
    clients.zones.length < 2 ||
    (!blocked && chosen)
  )
    return null;
  if (chosen && chosen.today.inZone > 1 - MIN_GAIN) return null;
  const slices = topology.slices(service.namespace, service.name);
  const pods = podEndpoints(service, slices).length;
  const even = spreadOverZones(workload);
  if (!even || havePortsApart(slices)) return null;
  const allowed = allowedLoad(maxLoad, workload);
  const minInZone = (chosen?.today.inZone ?? 0) + MIN_GAIN;
  const isAutoDeprecated = candidate.facts.version.minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR;
  for (const replicas of numbersToTry(pods, clients.zones.length, workload)) {
    if (isAlready(workload, replicas, pods)) continue;
    const changed = {
      ...even,
      replicas,
      rollout: { ...workload.rollout, kind: 'rolling' as const, maxUnavailable: ONE_POD },
      autoscaler: workload.autoscaler && { ...workload.autoscaler, minReplicas: replicas },
    };
    const spread = evenlySpread({ service, workload: changed, topology, nodesForPods, replicas, clients });
    const evaluated =
      spread && evaluateIn(candidate, { ...input, workload: changed, topology: spread, allowed, minInZone });
    if (!evaluated || 'because' in evaluated) continue;
    const better = chooseSetting({
      results: evaluated.filter(({ setting }) => !(setting.topologyModeAuto && isAutoDeprecated)),
      today: settingOf(service),
      prefersNode: false,
    }).chosen;
    if (better?.worst && wasUnsafe(better, results) && better.today.inZone >= minInZone) {
      return adviceFor(workload, replicas, better);
    }
  }
  return null;
}

/** True if the setting loses traffic or overloads an endpoint without the change. */
function wasUnsafe({ setting }: SettingResult, results: readonly SettingResult[]): boolean {
  const before = results.find(one => isSameSetting(one.setting, setting))?.rejected?.kind;
  return before === 'overloads' || before === 'loses-traffic';
}

/** True if not every Pod serves every port today, so that nothing tells which ports a new Pod serves. */
function havePortsApart(slices: readonly EndpointSlice[]): boolean {
  const used = slices.filter(slice => isControllerManaged(slice) && slice.endpoints.length > 0);
  return new Set(used.map(({ ports }) => JSON.stringify(ports.map(({ name }) => name).sort()))).size > 1;
}

/** True if the workload asks for as many spread Pods today. */
function isAlready(workload: Workload, replicas: number, pods: number): boolean {
  const minimum = workload.autoscaler?.minReplicas ?? pods;
  const isAtOnce = unavailableInRollout(workload, replicas) > 1;
  return isSpreadOver(workload, ZONE_LABEL) && replicas === pods && minimum >= replicas && !isAtOnce;
}

function adviceFor(workload: Workload, replicas: number, better: SettingResult): WorkloadAdvice {
  const { kind, namespace, name, autoscaler, selectorLabels } = workload;
  return {
    workload: { kind, namespace, name },
    replicas,
    autoscaler: autoscaler?.name ?? null,
    addsSpread: !isSpreadOver(workload, ZONE_LABEL),
    oneAtATime: unavailableInRollout(workload, replicas) > 1,
    selectorLabels,
    setting: better.setting,
    inZone: better.today.inZone,
    busiest: better.worst?.busiest?.value ?? null,
  };
}

/** As many as there are or are asked for, then one to four for each zone. */
function numbersToTry(pods: number, zones: number, { autoscaler, replicas }: Workload): readonly number[] {
  const fewest = Math.max(2, pods, autoscaler?.minReplicas ?? replicas);
  const most = Math.min(autoscaler?.maxReplicas ?? Number.POSITIVE_INFINITY, Math.max(pods, MAX_PODS));
  const numbers = [fewest, zones, 2 * zones, 3 * zones, 4 * zones].filter(n => n >= fewest && n <= most);
  return [...new Set(numbers)].sort((a, b) => a - b).slice(0, MAX_ATTEMPTS);
}
