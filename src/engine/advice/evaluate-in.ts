import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import type { MeasuredSenders } from '../../topology/measured-senders.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import type { NodesForPods } from '../../topology/scenarios/pod-nodes.ts';
import type { AllowedLoad, SettingResult } from './advice.ts';
import { adviceCases, losesSeveralPods } from './cases.ts';
import type { Clients } from './clients.ts';
import { evaluateSettings } from './evaluate-settings.ts';
import { KeptList } from './kept-list.ts';
import { portKey, routingsIn } from './outcome.ts';
import type { Obstacle } from './preconditions.ts';
import { settingsFor } from './setting.ts';

/** One data plane that fits the cluster, and the nodes under it. */
export interface CandidateInput {
  readonly facts: ClusterFacts;
  readonly nodeSet: NodeSet;
  readonly clients: Clients;
  /** `null` without measured traffic. */
  readonly senders: MeasuredSenders | null;
  readonly nodesForPods: NodesForPods;
}

export interface ServiceInput {
  readonly service: Service;
  readonly workload: Workload;
  readonly topology: Topology;
  readonly maxLoad: number;
  readonly maxVariants: number;
  readonly assumed: readonly string[];
}

const NOT_ROUTED: Obstacle = { because: 'not-applicable', reasons: ['no data plane of this cluster routes it'] };
/** The worst choice of several Pods is computed for one set of them. */
const DIFFERENT_PODS: Obstacle = {
  because: 'unknown',
  reasons: ['its ports have different Pods, so which of them a rollout or the autoscaler takes away is not compared'],
};

export interface EvaluationInput extends Pick<ServiceInput, 'service' | 'workload' | 'topology' | 'maxVariants'> {
  readonly allowed: AllowedLoad;
  /** Settings that keep less in their zone are of no interest; all are by default. */
  readonly minInZone?: number;
}

/** The results of all settings, or why there are none. */
export function evaluateIn(
  { facts, nodeSet, clients }: CandidateInput,
  input: EvaluationInput,
): readonly SettingResult[] | Obstacle {
  const { service, topology, allowed, minInZone = Number.NEGATIVE_INFINITY } = input;
  const slices = topology.slices(service.namespace, service.name);
  const routed = routingsIn(slices, { service, facts, nodes: nodeSet, ports: null });
  const usable = routed.filter(({ index }) => index.ready.length > 0);
  const ports = new Set(usable.map(portKey));
  if (ports.size === 0) return NOT_ROUTED;
  const families = new Set(usable.map(({ family }) => family));
  if (usable.length > families.size && losesSeveralPods(input)) return DIFFERENT_PODS;
  const settings = settingsFor(service, facts);
  const cases = new KeptList(adviceCases({ ...input, clients }));
  const nodes = topology.nodes();
  return evaluateSettings(settings, { service, facts, nodes, nodeSet, ports, allowed, cases, minInZone });
}
