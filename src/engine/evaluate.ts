import type { Change } from '../model/change.ts';
import type { Evidence, Finding, Level, ObjectRef, Skipped } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import { formatVersion } from '../model/version.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import { withDataPlaneOf } from '../topology/data-plane.ts';
import { includesAllNames } from '../topology/node-selection.ts';
import type { SharedContext, Situation } from './context.ts';
import { draftsIn, sharedContext } from './context.ts';
import { Memory } from './evaluation-cache.ts';
import { exemptionOf, exempts } from './exemption.ts';
import { remedyFor } from './fix-simulation.ts';
import { render } from './message.ts';
import { concerns, unmetNeed } from './needs.ts';
import type { Policy, RuleLevel } from './policy.ts';
import { settingOf } from './policy.ts';
import { withoutSuperseded } from './precedence.ts';

export interface EvaluationInput {
  readonly rules: readonly Rule[];
  readonly change: Change;
  /** With the endpoints that the Service will have. */
  readonly topology: Topology;
  /** With the endpoints that the old Service has, where they are others. */
  readonly topologyBefore?: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  /** What earlier evaluations worked out and this one may use; without it everything is worked out anew. */
  readonly memory?: Memory;
}

export interface Evaluation {
  /** What the change brings about first, then by level, then in the order of the rules. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Rules that threw; their failure is a fault of zonewise, never of the Service. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}

interface Run {
  readonly input: EvaluationInput;
  readonly situation: Situation;
  readonly now: SharedContext;
  /** The Service as it was, in the cluster as it is; `null` on a CREATE. */
  readonly before: SharedContext | null;
  settingOf(rule: Rule): RuleLevel;
}

/** What one rule has to say, or why it says nothing. */
type Verdict =
  | { readonly findings: readonly Finding[] }
  | { readonly skipped: string }
  | { readonly notConcerned: true };

/** Runs the rules over one change. Never throws for what a rule does. */
export function evaluate({ memory = new Memory(), ...given }: EvaluationInput): Evaluation {
  const input = { ...given, facts: withDataPlaneOf(memory.nodes(given.topology.nodes()), given.facts) };
  const run = startRun(input, memory);
  const object = refOf(input.change);
  const findings: Finding[] = [];
  const judged = new Set<string>();
  const skipped: Skipped[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  for (const rule of input.rules) {
    try {
      const verdict = check(rule, run);
      if ('skipped' in verdict) skipped.push({ rule: rule.id, object, why: verdict.skipped });
      if ('findings' in verdict) {
        judged.add(rule.id);
        findings.push(...verdict.findings);
      }
    } catch (error) {
      failures.push({ rule: rule.id, error });
      skipped.push({ rule: rule.id, object, why: 'internal error; please report it with the Service' });
    }
  }
  const kept = withoutSuperseded(findings, input.rules, judged);
  if (kept.length > 1)
    kept.sort((a, b) => Number(b.introduced) - Number(a.introduced) || compareLevels(b.level, a.level));
  return { findings: kept, skipped, failures };
}

function startRun(input: EvaluationInput, memory: Memory): Run {
  const { change, topology, facts, policy } = input;
  const situation: Situation = { change, topology, facts, clientNodes: policy.clientNodes, memory };
  const { old } = change;
  const standing = { ...situation, topology: input.topologyBefore ?? topology };
  const before = old && sharedContext({ ...standing, change: { ...change, service: old, violations: [] } });
  const subject = { service: change.service, namespaceLabels: topology.namespaceLabels(change.service.namespace) };
  const settings = policy.overrides.length === 0 ? memory.settings(policy) : new Map<Rule, RuleLevel>();
  return {
    input,
    situation,
    now: sharedContext(situation),
    before,
    settingOf: rule => {
      const known = settings.get(rule);
      if (known) return known;
      const setting = settingOf(rule, subject, policy);
      settings.set(rule, setting);
      return setting;
    },
  };
}

const NOT_CONCERNED: Verdict = { notConcerned: true };

function check(rule: Rule, run: Run): Verdict {
  const { change, policy, facts } = run.input;
  const { service } = change;
  if (!rule.appliesTo(service, change) || !concerns(rule.needs, run.now)) return NOT_CONCERNED;
  const { level, options } = run.settingOf(rule);
  // Infos are not for kubectl: at apply nobody waits for them.
  if (level === 'off' || (level === 'info' && change.source === 'admission')) return NOT_CONCERNED;
  const exempted = !rule.alwaysHeard && exempts(exemptionOf(service, facts.now), rule.id);
  if (exempted && (level !== 'deny' || policy.annotationsMaySilenceDeny)) return { skipped: 'the Service opted out' };
  const unmet = unmetNeed(rule.needs, run.now);
  if (unmet) return { skipped: unmet };
  const drafts = draftsIn(run.now, rule, options);
  if (drafts.length === 0) return { findings: [] };
  const before = draftsBefore(rule, options, run.before);
  return {
    findings: drafts.map(draft =>
      findingOf(draft, { rule, level, run, introduced: isNew(draft, before) && change.source !== 'cluster' }),
    ),
  };
}

/** What the rule would have said before the change; `null` where there is no before. */
function draftsBefore(
  rule: Rule,
  options: Readonly<Record<string, number>>,
  before: SharedContext | null,
): readonly Draft[] | null {
  if (!before) return null;
  if (!rule.appliesTo(before.service, before.change) || unmetNeed(rule.needs, before)) return [];
  return draftsIn(before, rule, options);
}

/** On a CREATE everything is the change's own doing; on an UPDATE what reaches further than before. */
function isNew(draft: Draft, before: readonly Draft[] | null): boolean {
  if (before === null) return true;
  return !before.some(
    old =>
      old.path === draft.path &&
      includesAllNames(old.nodes ?? [], draft.nodes ?? []) &&
      includesAllNames(old.zones ?? [], draft.zones ?? []),
  );
}

interface Said {
  readonly rule: Rule;
  readonly level: Level;
  readonly introduced: boolean;
  readonly run: Run;
}

function findingOf(draft: Draft, { rule, level, introduced, run }: Said): Finding {
  const { change, policy, rules } = run.input;
  const fix = remedyFor(rule, draft, { ...run, rules });
  const onUpdate = introduced && change.operation === 'UPDATE';
  return {
    rule: rule.id,
    level: draft.atMost && compareLevels(draft.atMost, level) < 0 ? draft.atMost : level,
    message: render(draft, { ruleId: rule.id, fix, names: policy.names, introduced: onUpdate }),
    object: refOf(change),
    path: draft.path,
    // Thousands of names, and a warning shows three: who wants all of them asks.
    get nodes() {
      return draft.nodes?.slice() ?? [];
    },
    zones: draft.zones ?? [],
    fix,
    introduced,
    evidence: evidenceOf(rule, run.input),
  };
}

function refOf(change: Change): ObjectRef {
  return { kind: 'Service', namespace: change.service.namespace, name: change.service.name };
}

function evidenceOf(rule: Rule, { change, facts }: EvaluationInput): Evidence {
  const { dataPlane } = facts;
  const readsSlices = rule.needs.includes('endpoints') || rule.needs.includes('slices');
  return {
    hints: !readsSlices ? 'unused' : change.source === 'cluster' ? 'observed' : 'predicted',
    topologyAgeSeconds: facts.topologyAgeSeconds,
    dataPlane: dataPlane.assumed ? `${dataPlane.kind} (assumed)` : dataPlane.kind,
    kubernetesVersion: formatVersion(facts.version),
    source: rule.source,
  };
}
