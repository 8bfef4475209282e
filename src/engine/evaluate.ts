import type { Change } from '../model/change.ts';
import type { DataPlanes } from '../model/data-plane.ts';
import { describeDataPlanes } from '../model/data-plane-text.ts';
import type { Evidence, Finding, Level, ObjectRef } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import { formatVersion } from '../model/version.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import { assignmentOf } from '../topology/data-plane.ts';
import { includesAllNames } from '../topology/node-selection.ts';
import { WorkBudget, WorkLimitExceeded, withinBudget } from '../topology/work-budget.ts';
import { mergeCandidates } from './candidates.ts';
import type { ContextInput, SharedContext } from './context.ts';
import { clientNodeFilter, runRuleOnce, sharedContext } from './context.ts';
import type { Evaluation, Skipped } from './evaluation.ts';
import type { ActiveRule } from './evaluation-cache.ts';
import { EvaluationCache } from './evaluation-cache.ts';
import { exemptionOf, isExempt } from './exemption.ts';
import { FixSimulator } from './fix-simulation.ts';
import { renderMessage } from './message.ts';
import { appliesToSource, isTopologyStale, readsOnlyService, type UnmetNeed, unmetNeed } from './needs.ts';
import type { Policy } from './policy.ts';
import { matchingOverrides, resolveRule } from './policy.ts';
import { withoutSuperseded } from './precedence.ts';
import { quietReasons } from './quiet-reasons.ts';
import { resultKey } from './result-key.ts';

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
  return runRules(input, denying, context).findings.filter(({ level }) => level === 'deny');
}

interface EvaluationRun {
  readonly input: EvaluationInput;
  readonly now: SharedContext;
  /** Context of the old Service; `null` on a CREATE. */
  readonly before: SharedContext | null;
  readonly fixes: FixSimulator;
}

const OPTED_OUT = { need: null, why: 'the Service opted out' } as const;
const FAILED = { need: null, why: 'internal error; please report it with the Service' } as const;

type RuleOutcome =
  | { readonly findings: readonly Finding[] }
  | { readonly skipped: UnmetNeed | typeof OPTED_OUT }
  | null;

/** Runs the rules over one change, under each data plane that fits what is known. Does not throw if a rule throws. */
export function evaluate({
  cache = new EvaluationCache(),
  budget = new WorkBudget(),
  ...given
}: EvaluationInput): Evaluation {
  const facts = refinedFacts(given, cache);
  const candidates = cache.eachCandidate(facts.dataPlanes);
  const evaluateUnder = (dataPlanes: DataPlanes) =>
    evaluateCertain({ ...given, cache, budget, facts: { ...facts, dataPlanes } });
  if (candidates.length === 1) return evaluateUnder(facts.dataPlanes);
  return mergeCandidates(
    candidates.map(dataPlanes => ({ dataPlanes, evaluation: evaluateUnder(dataPlanes) })),
    describeDataPlanes(facts.dataPlanes),
  );
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
  const key = ofChange === null || isOnly ? ofChange : `${describeDataPlanes(facts.dataPlanes)} ${ofChange}`;
  if (key === null) return runRules(input, activeRules, context);
  const dependencies = [
    slices,
    topologyBefore.slices(namespace, name),
    facts.dataPlanes,
    cache.clientNodes(nodes, clientNodeFilter(change.service, policy.clientNodes), facts.now),
    topology.workloads(namespace),
    activeRules,
  ];
  const known = cache.result(key, dependencies, facts.now);
  if (known) return withTopologyAge(known, facts.topologyAgeSeconds);
  const evaluation = runRules(input, activeRules, context);
  if (evaluation.failures.length === 0 && !budget.isExceeded)
    cache.keepResult(key, { dependencies, evaluation }, slices, facts.now);
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
      const { level, options } = resolveRule(rule, policy, overrides);
      // kubectl shows no infos.
      const isSilent = level === 'off' || (level === 'info' && source === 'admission');
      return isSilent || !appliesToSource(rule.needs, source) ? [] : [{ rule, level, options }];
    }),
  );
}

const NO_OVERRIDES: readonly number[] = [];

function runRules(input: EvaluationInput, activeRules: readonly ActiveRule[], context: ContextInput): Evaluation {
  const { change, topologyBefore = input.topology } = input;
  const { old } = change;
  const now = sharedContext(context);
  const before =
    old && sharedContext({ ...context, topology: topologyBefore, change: { ...change, service: old, violations: [] } });
  const run: EvaluationRun = { input, now, before, fixes: new FixSimulator(activeRules, context, now) };
  const object = objectRefOf(change);
  const findings: Finding[] = [];
  const evaluated = new Set<string>();
  const skipped: Skipped[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  let incomplete: string | null = null;
  for (const active of activeRules) {
    const { id } = active.rule;
    try {
      const outcome = evaluateRule(active, run);
      if (outcome === null) continue;
      if ('skipped' in outcome) skipped.push({ rule: id, object, ...outcome.skipped });
      else {
        evaluated.add(id);
        findings.push(...outcome.findings);
      }
    } catch (error) {
      if (error instanceof WorkLimitExceeded) {
        incomplete = error.message;
        skipped.push({ rule: id, object, need: null, why: error.message });
        continue;
      }
      failures.push({ rule: id, error });
      skipped.push({ rule: id, object, ...FAILED });
    }
  }
  // The webhook logs and shows findings alone.
  if (change.source !== 'admission' && incomplete === null) {
    const ids = new Set(activeRules.map(({ rule }) => rule.id));
    const reasons = withinBudget(() => quietReasons(now), []).filter(({ rule }) => ids.has(rule));
    skipped.push(...reasons.map(quiet => ({ object, need: null, ...quiet })));
  }
  const kept = withoutSuperseded(findings, input.rules, evaluated);
  if (kept.length > 1)
    kept.sort((a, b) => Number(b.introduced) - Number(a.introduced) || compareLevels(b.level, a.level));
  return { findings: kept, skipped, failures, incomplete, dataPlanes: now.dataPlanesText() };
}

/** `null` for a rule that does not apply to the Service. */
function evaluateRule(active: ActiveRule, run: EvaluationRun): RuleOutcome {
  const { rule, level, options } = active;
  const { change, policy, facts } = run.input;
  const { service } = change;
  if (!rule.appliesTo(service, change)) return null;
  const exempted = !rule.cannotBeIgnored && isExempt(exemptionOf(service, facts.now), rule.id);
  if (exempted && (level !== 'deny' || policy.annotationsMaySilenceDeny)) return { skipped: OPTED_OUT };
  const unmet = unmetNeed(rule.needs, run.now);
  if (unmet) return { skipped: unmet };
  const drafts = runRuleOnce(run.now, rule, options);
  if (drafts.length === 0) return NO_FINDINGS;
  // A finding stands if the budget does not suffice to compare it with the old Service: it then counts as introduced.
  const before = withinBudget(() => draftsBefore(active, run.before), null);
  return { findings: drafts.map(draft => findingOf(draft, active, { run, before })) };
}

const NO_FINDINGS = { findings: [] };

/** The rule's drafts for the old Service; `null` on a CREATE. */
function draftsBefore({ rule, options }: ActiveRule, before: SharedContext | null): readonly Draft[] | null {
  if (!before) return null;
  if (!rule.appliesTo(before.service, before.change) || unmetNeed(rule.needs, before)) return [];
  return runRuleOnce(before, rule, options);
}

/** On a CREATE every finding is introduced; on an UPDATE one that affects more than before. */
function isIntroduced(draft: Draft, before: readonly Draft[] | null): boolean {
  if (before === null) return true;
  return !before.some(
    old =>
      old.path === draft.path &&
      includesAllNames(old.nodes ?? [], draft.nodes ?? []) &&
      includesAllNames(old.zones ?? [], draft.zones ?? []),
  );
}

interface FindingInput {
  readonly run: EvaluationRun;
  readonly before: readonly Draft[] | null;
}

function findingOf(draft: Draft, active: ActiveRule, { run, before }: FindingInput): Finding {
  const { change, policy } = run.input;
  const { rule } = active;
  const introduced = isIntroduced(draft, before) && change.source !== 'cluster';
  const fix = run.fixes.firstSafeFix(active, draft);
  const onUpdate = introduced && change.operation === 'UPDATE';
  return {
    rule: rule.id,
    level: levelOf(draft, active, run.input),
    message: renderMessage(draft, { ruleId: rule.id, fix, names: policy.names, introduced: onUpdate }),
    object: objectRefOf(change),
    path: draft.path,
    nodes: draft.nodes ?? [],
    zones: draft.zones ?? [],
    fix,
    introduced,
    evidence: evidenceOf(rule, run),
  };
}

/** A denial never rests on an assumed data plane. */
function levelOf({ maxLevel }: Draft, { rule, level }: ActiveRule, { facts }: EvaluationInput): Level {
  const readsDataPlane = rule.needs.some(need => need.startsWith('dataplane'));
  const capped = level === 'deny' && readsDataPlane && facts.dataPlanes.certainty === 'assumed' ? 'warn' : level;
  return maxLevel && compareLevels(maxLevel, capped) < 0 ? maxLevel : capped;
}

function objectRefOf({ service: { namespace, name } }: Change): ObjectRef {
  return { kind: 'Service', namespace, name };
}

function evidenceOf(rule: Rule, { input: { change, facts }, now }: EvaluationRun): Evidence {
  const readsSlices = rule.needs.includes('endpoints') || rule.needs.includes('slices');
  return {
    hints: !readsSlices ? 'unused' : change.source === 'cluster' ? 'observed' : 'predicted',
    topologyAgeSeconds: facts.topologyAgeSeconds,
    dataPlane: now.dataPlanesText(),
    kubernetesVersion: formatVersion(facts.version),
    source: rule.source,
  };
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
