import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { nodeChanges } from '../../topology/scenarios/nodes-under.ts';
import type { Scenario } from '../../topology/scenarios/scenario.ts';
import { unavailableInRollout } from '../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../topology/scenarios/service-pods.ts';
import { serviceUnder } from '../../topology/scenarios/service-under.ts';
import type { Clients } from './clients.ts';
import { isUsable, PodKinds } from './pod-kinds.ts';
import { podVariants } from './pod-variants.ts';
import { scaledCounts } from './scaled-counts.ts';
import { unevenCases } from './uneven-cases.ts';

export type CaseKind =
  | 'today'
  | 'pod-lost'
  | 'node-down'
  | 'zone-down'
  | 'autoscaler-minimum'
  | 'scaled-down'
  | 'rollout-step';

/** A situation in which every setting of a Service is evaluated. */
export interface AdviceCase {
  readonly kind: CaseKind;
  /** `explain` shows the case under these. */
  readonly scenarios: readonly Scenario[];
  readonly slices: readonly EndpointSlice[];
  readonly clients: NodeSet;
  /** False if there are too many variants to compare them all: this is one that is bad for settings that prefer zones. */
  readonly isExact: boolean;
}

export interface CaseInput {
  readonly service: Service;
  readonly topology: Topology;
  readonly workload: Workload;
  readonly clients: Clients;
  /** The most variants of one change that are all compared. */
  readonly maxVariants: number;
}

/**
 * Today, one case for each kind of Pod, node and zone that may be lost, each number of Pods down to the autoscaler's
 * minimum, and a step of a rollout. Pods and nodes between which no setting can tell are one kind. Cases without a sender of
 * traffic are left out.
 */
export function* adviceCases(input: CaseInput): Generator<AdviceCase> {
  const { service, topology, clients, workload } = input;
  const slices = topology.slices(service.namespace, service.name);
  const all = clients.nodes;
  yield { kind: 'today', scenarios: [], slices, clients: all, isExact: true };
  const caseOf = (kind: CaseKind, scenario: Scenario, { left = all, isExact = true } = {}): AdviceCase => {
    const scenarios = [scenario];
    const changes = nodeChanges(scenarios);
    const under = serviceUnder(service, { topology, scenarios, changes, nodes: [], workloads: [workload] });
    return { kind, scenarios, slices: under.slices, clients: left, isExact };
  };
  const kinds = new PodKinds(slices, clients);
  for (const address of kinds.representatives()) yield caseOf('pod-lost', { kind: 'pod-lost', address });
  for (const node of kinds.nodes(topology, clients)) {
    const left = clients.withoutNode(node);
    if (left.size > 0) yield caseOf('node-down', { kind: 'node-down', node }, { left });
  }
  const zones = slices.flatMap(({ endpoints }) => endpoints.flatMap(({ zone }) => zone ?? []));
  for (const zone of new Set([...all.zones, ...zones])) {
    const left = clients.withoutZone(zone);
    if (left.size > 0) yield caseOf('zone-down', { kind: 'zone-down', zone }, { left });
  }
  for (const [kind, scenario, isExact] of changesOfWorkload(slices, input, kinds)) {
    yield caseOf(kind, scenario, { isExact });
  }
}

/** True if the autoscaler took Pods away, so that the others have the mean use that it wants. */
export function isScaled({ kind }: Pick<AdviceCase, 'kind'>): boolean {
  return kind === 'autoscaler-minimum' || kind === 'scaled-down';
}

/** True if several Pods go in the case, and which ones is open. */
export function isOpenWhichPodsGo({ kind }: Pick<AdviceCase, 'kind'>): boolean {
  return isScaled({ kind }) || kind === 'rollout-step';
}

/** True if the autoscaler or a rollout takes several Pods away. */
export function losesSeveralPods({ service, topology, workload }: Omit<CaseInput, 'clients'>): boolean {
  const pods = podEndpoints(service, topology.slices(service.namespace, service.name)).filter(isUsable).length;
  return (workload.autoscaler?.minReplicas ?? pods) < pods || unavailableInRollout(workload, pods) > 1;
}

/** All numbers of Pods of the autoscaler together may have this many times the variants of one. */
const SCALED_VARIANTS = 4;

/** Fewer Pods by the autoscaler, and the moment of a rollout at which most are unavailable. It is open which Pods these are. */
function* changesOfWorkload(
  slices: readonly EndpointSlice[],
  { service, workload, clients, maxVariants }: CaseInput,
  kinds: PodKinds,
): Generator<readonly [CaseKind, Scenario, isExact: boolean]> {
  const pods = podEndpoints(service, slices).filter(isUsable);
  const zoned = { pods, traffic: clients.trafficByZone, ofNode: clients.ofNode };
  const byAddress = kinds.byAddress();
  const variantsOf = (count: number, limit = maxVariants) => {
    const all = podVariants(pods, { count, kinds: byAddress, limit });
    return { variants: all ?? unevenCases(zoned, count), isExact: all !== null };
  };
  const minimum = workload.autoscaler?.minReplicas ?? pods.length;
  const { counts, isComplete } = scaledCounts(pods, minimum);
  let budget = SCALED_VARIANTS * maxVariants;
  for (const replicas of counts) {
    const { variants, isExact } = variantsOf(replicas, Math.min(maxVariants, budget));
    budget = Math.max(0, budget - variants.length);
    const kind = replicas === minimum ? 'autoscaler-minimum' : 'scaled-down';
    for (const pods of variants) {
      const staying = pods.map(({ address }) => address);
      yield [kind, { kind: 'scale', workload, replicas, staying }, isExact && isComplete];
    }
  }
  const count = unavailableInRollout(workload, pods.length);
  // One Pod away is any one Pod lost.
  if (count < 2) return;
  const { variants, isExact } = variantsOf(pods.length - count);
  for (const staying of variants) {
    const left = new Set(staying);
    const away = pods.filter(pod => !left.has(pod)).map(({ address }) => address);
    yield ['rollout-step', { kind: 'rollout', workload, away }, isExact];
  }
}
