import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../../model/node.ts';
import { plural } from '../../model/plural.ts';
import type { AntiAffinityTerm } from '../../model/pod-scheduling.ts';
import type { Service } from '../../model/service.ts';
import { isExternallyAccessible, isInternalLocal } from '../../model/service.ts';
import type { Workload } from '../../model/workload.ts';
import { selectsOwnPods } from '../../topology/scenarios/feasible-nodes.ts';
import { workloadText } from '../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../topology/scenarios/service-pods.ts';
import { isUsable } from './pod-kinds.ts';
import { MAX_COUNTS } from './scaled-counts.ts';
import type { Setting } from './setting.ts';

export interface AssumptionInput {
  readonly service: Service;
  readonly workload: Workload;
  readonly slices: readonly EndpointSlice[];
}

/** The assumptions of advice about one Service, one sentence each. */
export function assumptionsOf({ service, workload, slices }: AssumptionInput): readonly string[] {
  const name = workloadText(workload);
  const unready = slices.flatMap(({ endpoints }) => endpoints).filter(({ ready }) => ready === false).length;
  const pods = podEndpoints(service, slices);
  const usable = pods.filter(isUsable).length;
  const notes: string[] = [];
  if (isInternalLocal(service)) {
    notes.push('no client needs the Pod of its own node: only internalTrafficPolicy Local guarantees that one');
  }
  if (workload.kind !== 'DaemonSet') notes.push(...numberNotes(workload, pods.length));
  if (workload.kind !== 'DaemonSet' && !isSpreadOver(workload, ZONE_LABEL)) {
    notes.push(`the Pods of ${name} stay spread as today: no constraint makes the scheduler spread them over zones`);
  }
  if (workload.autoscaler && usable - workload.autoscaler.minReplicas > MAX_COUNTS) {
    notes.push(
      `of the numbers of Pods from the autoscaler's minimum to today's, at most ${MAX_COUNTS} are evaluated: the minimum, and those at which one Pod is left in a zone`,
    );
  }
  const lackZone = pods.filter(({ zone }) => zone === null || zone === '').length;
  if (lackZone > 0 && lackZone < pods.length && workload.kind !== 'DaemonSet') {
    notes.push(
      'some of its Pods are on nodes without a zone: of many sets of Pods that may be left, the worst may be missed',
    );
  }
  if (unready > 0)
    notes.push(
      `${plural(unready, 'endpoint')} that ${unready === 1 ? 'is' : 'are'} not ready now ${unready === 1 ? 'does' : 'do'} not count`,
    );
  if (service.sessionAffinity === 'ClientIP')
    notes.push('clients are many, so that sessionAffinity does not change the shares');
  const lists = new Set(
    slices
      .filter(({ endpoints }) => endpoints.some(isUsable))
      .map(({ addressType, ports }) => `${addressType} ${JSON.stringify(ports)}`),
  );
  if (lists.size > new Set(slices.map(({ addressType }) => addressType)).size) {
    notes.push(
      'its ports have different endpoints: shares in the zone and on the node are means over them, lost traffic and the busiest endpoint are those of the worst port; the table of explain shows its first port only',
    );
  }
  if (workload.rollout.kind === 'all-at-once') notes.push(`${name} has the strategy Recreate`);
  if (isExternallyAccessible(service)) notes.push(externalNote(service));
  return notes;
}

/** The further assumptions of a setting: one that prefers the node depends on the nodes of the Pods. */
export function settingAssumptions(setting: Setting, workload: Workload): readonly string[] {
  const prefersNode = setting.trafficDistribution === 'PreferSameNode' || setting.internalTrafficPolicy === 'Local';
  if (!prefersNode || workload.kind === 'DaemonSet' || isSpreadOver(workload, HOSTNAME_LABEL)) return [];
  const name = workloadText(workload);
  return [`the Pods of ${name} stay on these nodes: no constraint makes the scheduler spread them over nodes`];
}

function numberNotes(workload: Workload, pods: number): readonly string[] {
  const { autoscaler, replicas } = workload;
  const name = workloadText(workload);
  const has = `${name} keeps the ${plural(pods, 'Pod')} that it has now`;
  if (autoscaler && pods < autoscaler.minReplicas)
    return [`${has}: the minimum of its HorizontalPodAutoscaler is ${autoscaler.minReplicas}`];
  if (autoscaler) return [];
  if (pods !== replicas) return [`${has}: its spec.replicas is ${replicas}`];
  return [`${name} keeps its number of Pods: the topology has no HorizontalPodAutoscaler for it`];
}

/**
 * True if the scheduler must spread the Pods evenly over the zones or nodes with this label: by a constraint that selects
 * them and allows a difference of one, or by an anti-affinity of the Pods to each other.
 */
export function isSpreadOver(workload: Workload, label: string): boolean {
  const { spread, scheduling } = workload;
  const counts = (term: AntiAffinityTerm) => term.topologyKey === label && selectsOwnPods(term, workload);
  const isConstrained = spread.some(
    constraint => constraint.whenUnsatisfiable === 'DoNotSchedule' && constraint.maxSkew === 1 && counts(constraint),
  );
  return isConstrained || scheduling.antiAffinity.some(counts);
}

function externalNote({ externalTrafficPolicy }: Service): string {
  const trade =
    externalTrafficPolicy === 'Local'
      ? 'externalTrafficPolicy Local keeps client addresses and loses what enters at nodes without an endpoint'
      : 'trafficDistribution also applies to traffic from outside, because externalTrafficPolicy is Cluster: the node that it enters decides';
  return `${trade}; advice does not change externalTrafficPolicy and does not evaluate the load of traffic from outside`;
}
