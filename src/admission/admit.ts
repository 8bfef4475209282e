import type { AppliedDefault } from '../defaults/defaults.ts';
import { defaultsFor } from '../defaults/defaults.ts';
import type { Evaluation } from '../engine/evaluate.ts';
import { evaluate } from '../engine/evaluate.ts';
import type { Memory } from '../engine/evaluation-cache.ts';
import type { Policy } from '../engine/policy.ts';
import { matches } from '../engine/policy.ts';
import { applyApiDefaults } from '../model/api-defaults.ts';
import type { Change } from '../model/change.ts';
import { projectService } from '../model/projection.ts';
import { asObject, asString, isObject } from '../model/raw.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Rule } from '../rules/rule.ts';
import type { Deadline } from './deadline.ts';
import type { PodFinder, Situation } from './pending-endpoints.ts';
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
  readonly memory: Memory;
}

export type Outcome =
  | {
      readonly kind: 'evaluated';
      readonly evaluation: Evaluation;
      /** As the API server will store it. */
      readonly service: Service;
      /** True where the Pods have spoken: at the next time they may say something else. */
      readonly byPods: boolean;
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
 * Judges one request, at once where no Pods have to be asked for. Never denies for a fault of zonewise's own: what comes too
 * late is allowed.
 */
export function admit(request: AdmissionRequest, judge: Judge, deadline: Deadline): Outcome | Promise<Outcome> {
  if (!isJudged(request)) return { kind: 'passed-over' };
  const topology = judge.topology();
  const facts = judge.facts();
  const by = { rules: judge.rules, facts, policy: judge.policy(), memory: judge.memory };
  const asked = { change: changeOf(request, facts), topology };
  const { pods } = judge;
  const look = pods && (() => inTime(withEndpointsToCome(asked, { pods, facts }), deadline));
  if (look && needsPods(asked)) return judgedByPods(look, { by, topology, deadline });
  if (deadline.passed) return { kind: 'too-late' };
  const evaluation = evaluate({ ...by, ...asked, topologyBefore: topology });
  const { service } = asked.change;
  const confirmable = look && service.selector !== null && wantsConfirmation(evaluation, judge.rules);
  if (confirmable) return confirmedByPods(look, { by, topology, evaluation, service });
  return { kind: 'evaluated', evaluation, service, byPods: false };
}

type By = Pick<Parameters<typeof evaluate>[0], 'rules' | 'facts' | 'policy' | 'memory'>;

interface Judging {
  readonly by: By;
  /** Without what the Pods say. */
  readonly topology: Topology;
}

type Look = () => Promise<Situation | null>;

async function judgedByPods(look: Look, at: Judging & { readonly deadline: Deadline }): Promise<Outcome> {
  const known = await look();
  if (known === null || at.deadline.passed) return { kind: 'too-late' };
  const evaluation = evaluate({ ...at.by, ...known, topologyBefore: at.topology });
  return { kind: 'evaluated', evaluation, service: known.change.service, byPods: true };
}

interface Confirmable extends Judging {
  readonly evaluation: Evaluation;
  readonly service: Service;
}

async function confirmedByPods(look: Look, { by, topology, evaluation, service }: Confirmable): Promise<Outcome> {
  const confirmed = await look();
  // Without the Pods the slices have to do.
  const known = confirmed !== null && confirmed.topology !== topology;
  return {
    kind: 'evaluated',
    evaluation: known ? evaluate({ ...by, ...confirmed }) : evaluation,
    service,
    byPods: true,
  };
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
