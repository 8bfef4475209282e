import type { AppliedDefault } from '../defaults/defaults.ts';
import { defaultsFor } from '../defaults/defaults.ts';
import { evaluate } from '../engine/evaluate.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import type { EvaluationCache } from '../engine/evaluation-cache.ts';
import type { Policy } from '../engine/policy.ts';
import { matches } from '../engine/policy.ts';
import { applyApiDefaults } from '../model/api-defaults.ts';
import type { Change } from '../model/change.ts';
import { projectService } from '../model/projection.ts';
import { asObject, asString, isObject } from '../model/raw.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Rule } from '../rules/rule.ts';
import { WorkBudget } from '../topology/work-budget.ts';
import type { Deadline } from './deadline.ts';
import type { PodFinder } from './pending-endpoints.ts';
import { needsPods, withEndpointsToCome } from './pending-endpoints.ts';
import type { AdmissionRequest } from './review.ts';
import { trafficFieldViolations } from './violations.ts';

/** What a review is judged by; read anew for each review. */
export interface Judge {
  readonly rules: readonly Rule[];
  topology(): Topology;
  facts(): ClusterFacts;
  policy(): Policy;
  /** `null` where there is no cluster to ask. */
  readonly pods: PodFinder | null;
  readonly cache: EvaluationCache;
}

export type Outcome =
  | {
      readonly kind: 'evaluated';
      readonly evaluation: Evaluation;
      /** As the API server will store it. */
      readonly service: Service;
    }
  /** Nothing that zonewise judges. */
  | { readonly kind: 'passed-over' }
  /** Allowed without judgement, as the time was up. */
  | { readonly kind: 'too-late' };

/**
 * True for what the rules speak about: a Service itself, created or changed. One that is being deleted is let through, or a
 * denial would keep its finalizers from being taken off.
 */
export function isJudged({ resource, subResource, operation, object }: AdmissionRequest): boolean {
  if (resource.group !== '' || resource.resource !== 'services' || subResource) return false;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
  return isObject(object) && asString(asObject(object['metadata'])['deletionTimestamp']) === '';
}

/**
 * Evaluates one request. Waits only for Pods, and only if the slices do not show the Service's endpoints, or if a finding
 * may be a moment of a rollout. A request whose deadline has passed is allowed.
 */
export async function admit(request: AdmissionRequest, judge: Judge, deadline: Deadline): Promise<Outcome> {
  if (!isJudged(request)) return { kind: 'passed-over' };
  const topology = judge.topology();
  const facts = judge.facts();
  const { rules, pods, cache } = judge;
  const budget = () => new WorkBudget(undefined, () => deadline.passed);
  const options = () => ({ rules, facts, policy: judge.policy(), cache, budget: budget() });
  const sent = { change: changeOf(request, facts), topology };
  const { service } = sent.change;
  if (pods && needsPods(sent)) {
    const known = await inTime(withEndpointsToCome(sent, { pods, facts }), deadline);
    if (known === null || deadline.passed) return { kind: 'too-late' };
    return { kind: 'evaluated', evaluation: evaluate({ ...options(), ...known, topologyBefore: topology }), service };
  }
  if (deadline.passed) return { kind: 'too-late' };
  const evaluation = evaluate({ ...options(), ...sent });
  if (!pods || service.selector === null || !wantsConfirmation(evaluation, rules)) {
    return { kind: 'evaluated', evaluation, service };
  }
  const known = await inTime(withEndpointsToCome(sent, { pods, facts }), deadline);
  // Without the Pods the slices have to do.
  if (known === null || known.topology === topology) return { kind: 'evaluated', evaluation, service };
  return { kind: 'evaluated', evaluation: evaluate({ ...options(), ...known }), service };
}

/** True where a finding may come of a moment in a rollout, when a Pod has left its slice and the next is in none yet. */
function wantsConfirmation({ findings }: Evaluation, rules: readonly Rule[]): boolean {
  return findings.some(finding => rules.some(rule => rule.id === finding.rule && rule.confirmedByPods));
}

/** What a CREATE leaves open and the configuration fills in, with the Service as it was sent. */
export function defaultsOf(
  request: AdmissionRequest,
  judge: Judge,
): { readonly service: Service; readonly applied: readonly AppliedDefault[] } | null {
  const { defaults } = judge.policy();
  if (defaults.length === 0 || !isJudged(request) || request.operation !== 'CREATE') return null;
  const service = projectService(withNamespace(request));
  const subject = { service, namespaceLabels: judge.topology().namespaceLabels(service.namespace) };
  const blocks = defaults.filter(block => matches(block.match, subject));
  // The cluster IP is allocated after this webhook: without one the Service would pass for one that nobody proxies.
  const allocated = { ...service, clusterIP: applyApiDefaults(service).clusterIP };
  return { service, applied: defaultsFor(allocated, blocks, judge.facts().version) };
}

function changeOf(request: AdmissionRequest, facts: ClusterFacts): Change {
  const old = request.operation === 'UPDATE' && request.oldObject ? projectService(request.oldObject) : null;
  const service = projectService(withNamespace(request));
  return {
    operation: old ? 'UPDATE' : 'CREATE',
    source: 'admission',
    service: applyApiDefaults(service, old),
    old,
    violations: trafficFieldViolations(request.object, facts.version.minor, { old: request.oldObject }),
  };
}

/** The object of a CREATE by generateName has no name yet, and may lack its namespace; the request knows both. */
function withNamespace({ object, namespace, name }: AdmissionRequest): unknown {
  const raw = object as { metadata?: Record<string, unknown> };
  if (raw.metadata?.['name'] && raw.metadata['namespace']) return object;
  return { ...raw, metadata: { name, namespace, ...raw.metadata } };
}

async function inTime<T>(work: Promise<T>, deadline: Deadline): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), deadline.remaining);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
