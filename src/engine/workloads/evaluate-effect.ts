import type { Finding } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import { isTopologyModeAuto } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import type { Rule } from '../../rules/rule.ts';
import { assignmentOf } from '../../topology/data-plane.ts';
import type { WorkBudget } from '../../topology/work-budget.ts';
import { clientNodeFilter } from '../context.ts';
import { evaluate } from '../evaluate.ts';
import type { Evaluation } from '../evaluation.ts';
import { NOTHING_FOUND } from '../evaluation.ts';
import type { EvaluationCache } from '../evaluation-cache.ts';
import type { Policy } from '../policy.ts';
import type { Certainty, Effect } from './effect.ts';
import type { ServicePods } from './service-pods.ts';
import { carryingTraffic, hasReadyEndpoint, withoutTerminating } from './settled-endpoints.ts';
import { SharedFindings } from './shared-findings.ts';

export interface WorkloadView {
  readonly rules: readonly Rule[];
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  readonly cache: EvaluationCache;
  /** One per Service and outcome. */
  budget(): WorkBudget;
  /** Whether a rule at level deny rejects the change; otherwise it warns. */
  readonly denies: boolean;
}

/** Rules that report nodes and zones without an endpoint: more endpoints never make it worse. */
const COVERAGE = [
  'last-endpoint-lost',
  'local-policy-uncovered-nodes',
  'external-local-uncovered-nodes',
  'zone-without-endpoints',
];
/** Rules that report lost traffic. */
const LOSS = ['last-endpoint-lost', 'local-policy-uncovered-nodes', 'external-local-uncovered-nodes'];

export interface Subject {
  readonly service: Service;
  readonly pods: ServicePods;
  readonly view: WorkloadView;
}

/** One evaluation per step. The last one has the findings that every outcome has and the state before has not. */
export function* evaluateEffect(effect: Effect, { service, pods, view }: Subject): Generator<Evaluation> {
  const outcomes = effect.outcomes(service, pods, () => clientNames(service, effect.before, view));
  if (outcomes === null) return;
  const before = carryingTraffic(effect.before, service, pods);
  // A Service without a ready endpoint has nothing to lose.
  if (!hasReadyEndpoint(before, service)) return;
  const rules = view.rules.filter(rule => isCertain(rule, outcomes.certainty, service));
  const change = (isLowerBound: boolean) =>
    ({
      operation: 'UPDATE',
      source: 'workload',
      service,
      old: service,
      violations: [],
      cause: effect.cause,
      isLowerBound: isLowerBound || outcomes.isLowerBound === true,
    }) as const;
  const evaluateIn = (topology: Topology, policy: Policy, isLowerBound: boolean) =>
    evaluate({
      ...view,
      policy,
      rules,
      change: change(isLowerBound),
      budget: view.budget(),
      topology,
      topologyBefore: before,
    });
  const shared = new SharedFindings();
  let last: Evaluation = NOTHING_FOUND;
  for (const after of outcomes.after) {
    if (shared.isEmpty) break;
    const topology = withoutTerminating(after(), service);
    last = evaluateIn(topology, view.policy, false);
    shared.add(last.findings.filter(isWarning), topology);
    yield { ...NOTHING_FOUND, failures: last.failures };
  }
  // The names differ: only a number of them is certain.
  const findings = shared.result(
    (topology, isLowerBound) => evaluateIn(topology, { ...view.policy, names: 'counts-only' }, isLowerBound).findings,
  );
  const denies = view.denies && !effect.isAnnounced;
  yield { ...last, failures: [], findings: denies ? findings : findings.map(withoutDenial) };
}

function isCertain({ id, needs }: Rule, certainty: Certainty, service: Service): boolean {
  switch (certainty) {
    case 'all':
      return needs.includes('endpoints') || needs.includes('slices');
    case 'coverage':
      // The hints of topology-mode Auto depend on the numbers of endpoints.
      if (id === 'zone-without-endpoints') return !isTopologyModeAuto(service);
      // A balancer sends nothing to nodes without any Pod.
      if (id === 'external-local-uncovered-nodes') return service.type !== 'LoadBalancer';
      return COVERAGE.includes(id);
    case 'loss':
      return LOSS.includes(id);
    default:
      return certainty satisfies never;
  }
}

function isWarning({ introduced, level }: Finding): boolean {
  return introduced && level !== 'info';
}

function withoutDenial(finding: Finding): Finding {
  return finding.level === 'deny' ? { ...finding, level: 'warn', denial: null } : finding;
}

function clientNames(
  service: Service,
  topology: Topology,
  { cache, facts, policy }: WorkloadView,
): ReadonlySet<string> {
  const nodes = topology.nodes();
  const all = cache.nodes(nodes, assignmentOf({ ...facts, dataPlanes: cache.dataPlanes(nodes, facts.dataPlanes) }));
  const clients = cache.clientNodes(all, clientNodeFilter(service, policy.clientNodes), facts.now);
  return new Set(clients.nodes.map(({ name }) => name));
}
