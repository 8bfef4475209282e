import { isDeepStrictEqual } from 'node:util';
import type { AppliedDefault } from '../defaults/defaults.ts';
import { defaultsFor } from '../defaults/defaults.ts';
import { evaluate, staticDenials } from '../engine/evaluate.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { NOTHING_FOUND } from '../engine/evaluation.ts';
import type { EvaluationCache } from '../engine/evaluation-cache.ts';
import type { Policy } from '../engine/policy.ts';
import { matchesSubject } from '../engine/policy.ts';
import { applyApiDefaults } from '../model/api-defaults.ts';
import type { Change, EndpointsUnknown } from '../model/change.ts';
import { projectService } from '../model/projection.ts';
import type { RawObject } from '../model/raw.ts';
import { asObject, asTime, isObject } from '../model/raw.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Rule } from '../rules/rule.ts';
import { WorkBudget } from '../topology/work-budget.ts';
import type { Deadline } from './deadline.ts';
import type { ChangeInput, PodFinder } from './pending-endpoints.ts';
import { requiresPods, withPendingEndpoints } from './pending-endpoints.ts';
import type { AdmissionRequest, ReceivedReview } from './review.ts';
import { trafficFieldViolations } from './violations.ts';

/** The inputs of an evaluation besides the review; read for every review. */
export interface ReviewEnvironment {
  readonly rules: readonly Rule[];
  topology(): Topology;
  facts(): ClusterFacts;
  policy(): Policy;
  /** `null` without a cluster. */
  readonly pods: PodFinder | null;
  readonly cache: EvaluationCache;
}

export type Outcome =
  | {
      readonly kind: 'evaluated';
      readonly evaluation: Evaluation;
      /** With API defaults, as the API server will store it. */
      readonly service: Service;
    }
  /** Not applicable. */
  | { readonly kind: 'passed-over' }
  /** Deadline missed; evaluated without knowledge of the endpoints. */
  | { readonly kind: 'too-late'; readonly evaluation: Evaluation };

/**
 * True for CREATE and UPDATE of a Service, unless it is being deleted and the update leaves its traffic as it was: a denial
 * would block the removal of its finalizers.
 */
export function isReviewable(request: ReceivedReview): boolean {
  const { resource, subResource, operation, object, oldObject } = request;
  if (resource.group !== '' || resource.resource !== 'services' || subResource) return false;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
  return isObject(object) && (!isDeleting(object) || !!request.isCut || !sameTraffic(object, oldObject));
}

const TOO_LARGE: EndpointsUnknown = { reason: 'too-large', why: 'not evaluated in full: the Service is too large' };

/**
 * Evaluates one request. What denies the Service on its own is decided first, at any size. Waits for Pods only if the slices
 * do not contain the Service's endpoints, or if a finding may be transient during a rollout. After the deadline the endpoints
 * are unknown; rules that do not need them still run.
 */
export async function admit(
  request: ReceivedReview,
  environment: ReviewEnvironment,
  deadline: Deadline,
): Promise<Outcome> {
  if (!isReviewable(request)) return { kind: 'passed-over' };
  const topology = environment.topology();
  const facts = environment.facts();
  const { rules, pods, cache } = environment;
  const dryRun = request.dryRun ?? false;
  const sent = { change: changeOf(request, facts), topology };
  const { service } = sent.change;
  const inputOf = (input: ChangeInput, topologyBefore = input.topology) => {
    const budget = new WorkBudget(undefined, () => deadline.expired);
    return { rules, facts, policy: environment.policy(), cache, budget, ...input, topologyBefore };
  };
  const evaluated = (input: ChangeInput, topologyBefore?: Topology) => {
    const evaluation = evaluate(inputOf(input, topologyBefore));
    const incomplete = evaluation.incomplete ?? (request.isCut ? TOO_LARGE.why : null);
    return { kind: 'evaluated', evaluation: { ...evaluation, incomplete }, service } as const;
  };
  const tooLate = (): Outcome => {
    const { evaluation } = evaluated({ topology, change: { ...sent.change, endpointsUnknown: DEADLINE_PASSED } });
    return { kind: 'too-late', evaluation };
  };
  if (deadline.expired) return tooLate();
  if (pods && !request.isCut && requiresPods(sent)) {
    const findings = staticDenials(inputOf(sent));
    if (findings.length > 0) return { kind: 'evaluated', evaluation: { ...NOTHING_FOUND, findings }, service };
    const known = await withDeadline(withPendingEndpoints(sent, { pods, facts, dryRun }), deadline);
    return known === null || deadline.expired ? tooLate() : evaluated(known, topology);
  }
  const outcome = evaluated(sent);
  if (!pods || service.selector === null || !needsVerification(outcome.evaluation, rules)) return outcome;
  const known = await withDeadline(withPendingEndpoints(sent, { pods, facts, dryRun }), deadline);
  // Without Pods, the evaluation by slices counts.
  return known === null || known.topology === topology ? outcome : evaluated(known);
}

const DEADLINE_PASSED: EndpointsUnknown = {
  reason: 'deadline',
  why: 'the deadline of the review passed before the endpoints were known',
};

function isDeleting(object: RawObject): boolean {
  return asTime(asObject(object['metadata'])['deletionTimestamp']) !== null;
}

/** True if an update leaves the spec, the labels and the annotations unchanged, and with them the traffic. */
function sameTraffic(object: RawObject, oldObject: unknown): boolean {
  const parts = [object, asObject(oldObject)].map(({ spec, metadata }) => {
    const { labels = {}, annotations = {} } = asObject(metadata);
    return { spec, labels, annotations };
  });
  return isDeepStrictEqual(parts[0], parts[1]);
}

/** True if a finding may be transient: in a rollout, a Pod may be in no slice yet after its predecessor has left its own. */
function needsVerification({ findings }: Evaluation, rules: readonly Rule[]): boolean {
  return findings.some(finding => rules.some(rule => rule.id === finding.rule && rule.verifyAgainstPods));
}

/** The defaults for the fields that a CREATE leaves unset, with the Service as sent. */
export function computeDefaults(
  request: AdmissionRequest,
  environment: ReviewEnvironment,
): { readonly service: Service; readonly applied: readonly AppliedDefault[] } | null {
  const { defaults } = environment.policy();
  if (defaults.length === 0 || !isReviewable(request) || request.operation !== 'CREATE') return null;
  const service = projectService(withNamespace(request));
  const subject = { service, namespaceLabels: environment.topology().namespaceLabels(service.namespace) };
  const blocks = defaults.filter(block => matchesSubject(block.match, subject));
  // The cluster IP is allocated after this webhook; without one the Service would not count as proxied.
  const allocated = { ...service, clusterIP: applyApiDefaults(service).clusterIP };
  return { service, applied: defaultsFor(allocated, blocks, environment.facts().version) };
}

function changeOf(request: ReceivedReview, facts: ClusterFacts): Change {
  const old = request.operation === 'UPDATE' && request.oldObject ? projectService(request.oldObject) : null;
  const service = projectService(withNamespace(request));
  return {
    operation: old ? 'UPDATE' : 'CREATE',
    source: 'admission',
    service: applyApiDefaults(service, old),
    old,
    violations: trafficFieldViolations(request.object, facts.version.minor, { old: request.oldObject }),
    ...(request.isCut ? { endpointsUnknown: TOO_LARGE } : {}),
  };
}

/** With generateName, the object of a CREATE has no name and may lack the namespace; the request has both. */
function withNamespace({ object, namespace, name }: AdmissionRequest): unknown {
  const raw = object as { metadata?: Record<string, unknown> };
  if (raw.metadata?.['name'] && raw.metadata['namespace']) return object;
  return { ...raw, metadata: { name, namespace, ...raw.metadata } };
}

async function withDeadline<T>(work: Promise<T>, deadline: Deadline): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), deadline.remainingMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
