import type { Change } from '../model/change.ts';
import type { DataPlanes } from '../model/data-plane.ts';
import type { Finding } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import { assignmentOf } from '../topology/data-plane.ts';
import { WorkBudget, WorkLimitExceeded, withinBudget } from '../topology/work-budget.ts';
import { buildFinding, objectRefOf, restsOnAssumption } from './build-finding.ts';
import { mergeCandidates } from './candidates.ts';
import type { ContextInput, SharedContext } from './context.ts';
import { clientNodeFilter, runRuleOnce, sharedContext, unfiltered } from './context.ts';
import type { Evaluation, Skipped } from './evaluation.ts';
import type { ActiveRule } from './evaluation-cache.ts';
import { EvaluationCache } from './evaluation-cache.ts';
import { exemptionOf, isExempt } from './exemption.ts';
import { FixSimulator } from './fix-simulation.ts';
import { appliesToSource, isTopologyStale, readsOnlyService, type UnmetNeed, unmetNeed } from './needs.ts';
import type { Policy } from './policy.ts';
import { matchingOverrides, resolveRule } from './policy.ts';
import { withoutSuperseded } from './precedence.ts';
import { quietReasons } from './quiet-reasons.ts';
import { resultKey } from './result-key.ts';
import type { Undecided, UndecidedReason } from './undecided.ts';

export interface EvaluationInput {
  readonly rules: readonly Rule[];
  readonly change: Change;
  /** With the endpoints of the Service after the change. */
  readonly topology: Topology;
  /** With the endpoints of the old Service, if they differ. */
  readonly topologyBefore?: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  /** Shared by evaluations of one cluster; by default nothing is reused. */
  readonly cache?: EvaluationCache;
  readonly budget?: WorkBudget;
}

/** The denials that need no Nodes, endpoints or Pods, in a time that does not depend on their number. */
export function staticDenials(given: EvaluationInput): readonly Finding[] {
  const { cache = new EvaluationCache(), budget = new WorkBudget() } = given;
  const denying = activeRulesFor(given, cache).filter(
    ({ rule, level }) => level === 'deny' && readsOnlyService(rule.needs),
  );
  if (denying.length === 0) return [];
  const { change, topology, policy } = given;
  const input = { ...given, facts: refinedFacts(given, cache) };
  const context = { change, topology, facts: input.facts, clientNodes: policy.clientNodes, cache, budget };
  return runRules(input, denying, context).findings.filter(({ denial }) => denial !== null);
}

interface EvaluationRun {
  readonly input: EvaluationInput;
  readonly now: SharedContext;
  /** Context of the old Service; `null` on a CREATE. */
  readonly before: SharedContext | null;
  readonly fixes: FixSimulator;
}

const OPTED_OUT = { need: null, why: 'the Service opted out', undecided: null } as const;
const FAILED = {
  need: null,
  why: 'internal error; please report it with the Service',
  undecided: 'internal-error',
} as const;

/** Why a rule could not run. */
type SkipReason = Omit<UnmetNeed, 'need'> & Pick<Skipped, 'need'>;

type RuleOutcome =
  | { readonly findings: readonly Finding[]; readonly undecided?: UndecidedReason }
  | { readonly skipped: SkipReason }
  | null;

/** Runs the rules over one change, under each data plane that fits what is known. Does not throw if a rule throws. */
export function evaluate({
  cache = new EvaluationCache(),
  budget = new WorkBudget(),
  ...given
}: EvaluationInput): Evaluation {
  const facts = refinedFacts(given, cache);
  const candidates = cache.eachCandidate(facts.dataPlanes);
  if (candidates.length === 1) return evaluateCertain({ ...given, cache, budget, facts });
  const evaluateUnder = (dataPlanes: DataPlanes) =>
    evaluateCertain({ ...given, cache, budget, facts: { ...facts, dataPlanes } });
  return mergeCandidates(
    candidates.map(dataPlanes => ({ dataPlanes, evaluation: evaluateUnder(dataPlanes) })),
    cache.dataPlanesText(facts.dataPlanes),
    rulesThatRefuse(activeRulesFor(given, cache)),
  );
}

/** Ids of the rules that reject a review for which they cannot be evaluated. */
function rulesThatRefuse(activeRules: readonly ActiveRule[]): ReadonlySet<string> {
  return new Set(activeRules.flatMap(({ rule, undecided }) => (undecided === 'deny' ? rule.id : [])));
}

type CompleteInput = EvaluationInput & Required<Pick<EvaluationInput, 'cache' | 'budget'>>;

/** Evaluates under one assignment of data planes. */
function evaluateCertain({ cache, budget, ...input }: CompleteInput): Evaluation {
  const { change, topology, topologyBefore = topology, facts, policy } = input;
  const { namespace, name } = change.service;
  const activeRules = activeRulesFor(input, cache);
  const context: ContextInput = { change, topology, facts, clientNodes: policy.clientNodes, cache, budget };
  const nodes = cache.nodes(topology.nodes(), assignmentOf(facts));
  const slices = topology.slices(namespace, name);
  const ofChange = change.source === 'admission' && !isTopologyStale(facts) ? resultKey(change, facts, slices) : null;
  // Each of several candidates has its own result.
  const isOnly = facts.dataPlanes.certainty !== 'candidates';
  const key = ofChange === null || isOnly ? ofChange : `${cache.dataPlanesText(facts.dataPlanes)} ${ofChange}`;
  if (key === null) return runRules(input, activeRules, context);
  const dependencies = [
    slices,
    topologyBefore.slices(namespace, name),
    facts.dataPlanes,
    cache.clientNodes(nodes, clientNodeFilter(change.service, policy.clientNodes), facts.now),
    cache.clientNodes(nodes, unfiltered(policy.clientNodes), facts.now),
    topology.workloads(namespace),
    activeRules,
  ];
  const known = cache.result(key, dependencies);
  if (known) return withTopologyAge(known, facts.topologyAgeSeconds);
  const evaluation = runRules(input, activeRules, context);
  if (evaluation.failures.length === 0 && !budget.isExceeded)
    cache.keepResult(key, { dependencies, evaluation }, slices);
  return evaluation;
}

/** The facts with what the Nodes say about the data planes. */
function refinedFacts({ topology, facts }: Pick<EvaluationInput, 'topology' | 'facts'>, cache: EvaluationCache) {
  return { ...facts, dataPlanes: cache.dataPlanes(topology.nodes(), facts.dataPlanes) };
}

/** The rules that can have findings here, cached for all Services with the same overrides. */
function activeRulesFor(
  { rules, change, topology, policy }: EvaluationInput,
  cache: EvaluationCache,
): readonly ActiveRule[] {
  const { service, source } = change;
  const overrides =
    policy.overrides.length === 0
      ? NO_OVERRIDES
      : matchingOverrides(policy, { service, namespaceLabels: topology.namespaceLabels(service.namespace) });
  return cache.activeRules({ rules, policy }, `${source} ${overrides.join()}`, () =>
    rules.flatMap(rule => {
      const isOnLoss = source === 'workload' && rule.levelOnLoss !== undefined;
      const setting = resolveRule(isOnLoss ? { ...rule, level: rule.levelOnLoss } : rule, policy, overrides);
      const { level } = setting;
      // kubectl shows no infos.
      const isSilent = level === 'off' || (level === 'info' && (source === 'admission' || source === 'workload'));
      if (isSilent || !appliesToSource(rule.needs, source)) return [];
      return [{ rule, ...setting, heedsAnnotations: level !== 'deny' || policy.annotationsMaySilenceDeny }];
    }),
  );
}

const NO_OVERRIDES: readonly number[] = [];

function runRules(input: EvaluationInput, activeRules: readonly ActiveRule[], context: ContextInput): Evaluation {
  const { change, topologyBefore = input.topology } = input;
  const { old } = change;
  const now = sharedContext(context);
  const before = old && sharedContext({ ...context, topology: topologyBefore, change: changeBefore(input, old) });
  const run: EvaluationRun = { input, now, before, fixes: new FixSimulator(activeRules, context, now) };
  const object = objectRefOf(change.service);
  const findings: Finding[] = [];
  const evaluated = new Set<string>();
  const skipped: Skipped[] = [];
  const undecided: Undecided[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  let incomplete: string | null = null;
  const leaveUndecided = ({ rule, level, undecided: action }: ActiveRule, reason: UndecidedReason) => {
    if (level !== 'deny' || change.source !== 'admission') return;
    undecided.push({ rule: rule.id, object, reason, refuses: action === 'deny' });
  };
  const skip = (active: ActiveRule, { need, why, undecided: reason }: SkipReason) => {
    skipped.push({ rule: active.rule.id, object, need, why });
    if (reason !== null) leaveUndecided(active, reason);
  };
  for (const active of activeRules) {
    const { id } = active.rule;
    try {
      const outcome = evaluateRule(active, run);
      if (outcome === null) continue;
      if ('skipped' in outcome) skip(active, outcome.skipped);
      else {
        evaluated.add(id);
        findings.push(...outcome.findings);
        if (outcome.undecided) leaveUndecided(active, outcome.undecided);
      }
    } catch (error) {
      if (error instanceof WorkLimitExceeded) {
        incomplete = error.message;
        skip(active, { need: null, why: error.message, undecided: error.reason });
        continue;
      }
      failures.push({ rule: id, error });
      skip(active, FAILED);
    }
  }
  // The webhook logs and shows findings alone.
  if (change.source !== 'admission' && change.source !== 'workload' && incomplete === null) {
    const ids = new Set(activeRules.map(({ rule }) => rule.id));
    const reasons = withinBudget(() => quietReasons(now), []).filter(({ rule }) => ids.has(rule));
    skipped.push(...reasons.map(quiet => ({ object, need: null, ...quiet })));
  }
  const kept = withoutSuperseded(findings, input.rules, evaluated);
  if (kept.length > 1)
    kept.sort((a, b) => Number(b.introduced) - Number(a.introduced) || compareLevels(b.level, a.level));
  return { findings: kept, skipped, undecided, failures, incomplete, dataPlanes: now.dataPlanesText() };
}

/** The old Service as a change. What is unknown about the endpoints concerns the new Service if it has others. */
function changeBefore({ change, topology, topologyBefore = topology }: EvaluationInput, old: Service): Change {
  const { endpointsUnknown, ...known } = change;
  const unknown = topologyBefore === topology && endpointsUnknown ? { endpointsUnknown } : {};
  return { ...known, ...unknown, service: old, violations: [] };
}

/** `null` for a rule that does not apply to the Service. */
function evaluateRule(active: ActiveRule, run: EvaluationRun): RuleOutcome {
  const { rule, heedsAnnotations } = active;
  const { change, facts } = run.input;
  const { service } = change;
  if (!rule.appliesTo(service, change)) return null;
  const mayOptOut = heedsAnnotations && !rule.cannotBeIgnored;
  if (mayOptOut && isExempt(exemptionOf(service, facts.now), rule.id)) return { skipped: OPTED_OUT };
  const drafts = draftsIn(run.now, active);
  if ('need' in drafts) return { skipped: drafts };
  if (drafts.length === 0) return NO_FINDINGS;
  // A finding stands if the budget does not suffice to compare it with the old Service: it then counts as introduced.
  const before = withinBudget(() => draftsBefore(active, run.before), null);
  const findings = drafts.map(draft => buildFinding(draft, active, { ...run, before }));
  if (!restsOnAssumption(active, facts) || findings.every(({ level }) => level !== 'deny')) return { findings };
  const warnings = findings.map(
    (finding): Finding => ({ ...finding, level: finding.level === 'deny' ? 'warn' : finding.level, denial: null }),
  );
  const denies = findings.some(({ denial }) => denial !== null);
  return { findings: warnings, ...(denies && { undecided: 'unknown-data-plane' }) };
}

const NO_FINDINGS = { findings: [] };

/** The rule's drafts for a Service to which it applies, or the need that is not met. */
function draftsIn(ctx: SharedContext, active: ActiveRule): readonly Draft[] | UnmetNeed {
  const { rule } = active;
  const unmet = unmetNeed(rule.needs, ctx);
  if (!unmet) return runRuleOnce(ctx, active);
  const { maxNodesToCover } = ctx.change.endpointsUnknown ?? {};
  if (unmet.undecided !== 'pods-pending' || maxNodesToCover === undefined || !rule.verifyAgainstPods) return unmet;
  // A finding about more nodes than the pending Pods can cover is certain wherever they are scheduled.
  const certain = runRuleOnce(ctx, active).filter(({ nodes }) => (nodes?.length ?? 0) > maxNodesToCover);
  return certain.length > 0 ? certain : unmet;
}

/** The rule's drafts for the old Service; `null` on a CREATE. */
function draftsBefore(active: ActiveRule, before: SharedContext | null): readonly Draft[] | null {
  if (!before) return null;
  if (!active.rule.appliesTo(before.service, before.change)) return [];
  const drafts = draftsIn(before, active);
  return 'need' in drafts ? [] : drafts;
}

/** A cached evaluation with the current age of the topology, the only part that may differ. */
function withTopologyAge(evaluation: Evaluation, topologyAgeSeconds: number): Evaluation {
  if (evaluation.findings.every(({ evidence }) => evidence.topologyAgeSeconds === topologyAgeSeconds))
    return evaluation;
  const findings = evaluation.findings.map(finding => ({
    ...finding,
    evidence: { ...finding.evidence, topologyAgeSeconds },
  }));
  return { ...evaluation, findings };
}
