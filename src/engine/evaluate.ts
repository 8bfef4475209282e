import type { Change } from '../model/change.ts';
import { applyApiDefaults } from '../model/api-defaults.ts';
import { applyEdits } from '../model/edit.ts';
import type { Evidence, Finding, Fix, Level, ObjectRef, Skipped } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import { formatVersion } from '../model/version.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import type { SharedContext, Situation } from './context.ts';
import { sharedContext } from './context.ts';
import { exemptionOf, exempts } from './exemption.ts';
import { unmetNeed } from './needs.ts';
import type { Policy } from './policy.ts';
import { settingOf } from './policy.ts';
import { render } from './wording.ts';

export interface EvaluationInput {
  readonly rules: readonly Rule[];
  readonly change: Change;
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
}

export interface Evaluation {
  /** What the change brings about first, then by level, then in the order of the rules. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Rules that threw; their failure is a fault of zonewise, never of the Service. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
}

/** Runs the rules over one change. Never throws for what a rule does. */
export function evaluate(input: EvaluationInput): Evaluation {
  const run = new Run(input);
  for (const rule of input.rules) run.add(rule);
  return run.result();
}

class Run {
  readonly #input: EvaluationInput;
  readonly #now: SharedContext;
  readonly #before: SharedContext | null;
  readonly #findings: Finding[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #failures: { rule: string; error: unknown }[] = [];

  constructor(input: EvaluationInput) {
    this.#input = input;
    this.#now = sharedContext(situation(input, input.change));
    const { old } = input.change;
    this.#before = old && sharedContext(situation(input, { ...input.change, service: old, violations: [] }));
  }

  add(rule: Rule): void {
    try {
      this.#check(rule);
    } catch (error) {
      this.#failures.push({ rule: rule.id, error });
      this.#skip(rule, 'internal error; please report it with the Service');
    }
  }

  result(): Evaluation {
    const findings = this.#findings.toSorted(
      (a, b) => Number(b.introduced) - Number(a.introduced) || compareLevels(b.level, a.level),
    );
    return { findings, skipped: this.#skipped, failures: this.#failures };
  }

  #check(rule: Rule): void {
    const { change, policy, topology, facts } = this.#input;
    const { service } = change;
    if (!rule.appliesTo(service, change)) return;
    const { level, options } = settingOf(
      rule,
      { service, namespaceLabels: topology.namespaceLabels(service.namespace) },
      policy,
    );
    if (level === 'off') return;
    const exempted = exempts(exemptionOf(service, facts.now), rule.id);
    if (exempted && (level !== 'deny' || policy.annotationsMaySilenceDeny))
      return this.#skip(rule, 'the Service opted out');
    const unmet = unmetNeed(rule.needs, this.#now);
    if (unmet) return this.#skip(rule, unmet);
    const before = this.#draftsBefore(rule, options);
    for (const draft of rule.check({ ...this.#now, options })) {
      this.#findings.push(this.#finding(rule, draft, { level, introduced: isIntroduced(draft, before) }));
    }
  }

  /** What the rule would have said before the change; `null` where there is no before. */
  #draftsBefore(rule: Rule, options: Record<string, number>): readonly Draft[] | null {
    const before = this.#before;
    if (!before) return null;
    if (!rule.appliesTo(before.service, before.change) || unmetNeed(rule.needs, before)) return [];
    return [...rule.check({ ...before, options })];
  }

  #finding(rule: Rule, draft: Draft, said: { level: Level; introduced: boolean }): Finding {
    const { change, policy, facts } = this.#input;
    const level = draft.atMost && compareLevels(draft.atMost, said.level) < 0 ? draft.atMost : said.level;
    const fix = draft.fixes?.find(candidate => this.#survivesSimulation(rule, candidate)) ?? null;
    const introduced = said.introduced && change.operation === 'UPDATE';
    return {
      rule: rule.id,
      level,
      message: render(draft, { ruleId: rule.id, fix, names: policy.names, introduced }),
      object: refOf(change),
      path: draft.path,
      nodes: draft.nodes ?? [],
      zones: draft.zones ?? [],
      fix,
      introduced: said.introduced,
      evidence: evidenceOf(rule, facts),
    };
  }

  /** A remedy is given only where the Service it leads to makes this rule silent and no other rule speak up. */
  #survivesSimulation(rule: Rule, fix: Fix): boolean {
    const { change, rules } = this.#input;
    const service = applyApiDefaults(applyEdits(change.service, fix.edits), change.service);
    const after = sharedContext(situation(this.#input, { ...change, service, violations: [] }));
    return rules.every(other => {
      const fires = (ctx: SharedContext) => firesAtWarn(other, ctx);
      return other === rule ? !fires(after) : !fires(after) || fires(this.#now);
    });
  }

  #skip(rule: Rule, why: string): void {
    this.#skipped.push({ rule: rule.id, object: refOf(this.#input.change), why });
  }
}

/** On a CREATE everything is the change's own doing; on an UPDATE what reaches further than before. */
function isIntroduced(draft: Draft, before: readonly Draft[] | null): boolean {
  if (before === null) return true;
  return !before.some(
    old => old.path === draft.path && includesAll(old.nodes, draft.nodes) && includesAll(old.zones, draft.zones),
  );
}

function includesAll(all: readonly string[] = [], some: readonly string[] = []): boolean {
  const set = new Set(all);
  return some.every(item => set.has(item));
}

function firesAtWarn(rule: Rule, ctx: SharedContext): boolean {
  if (rule.level === 'info' || !rule.appliesTo(ctx.service, ctx.change) || unmetNeed(rule.needs, ctx)) return false;
  for (const draft of rule.check({ ...ctx, options: rule.options ?? {} })) if (draft.atMost !== 'info') return true;
  return false;
}

function situation(input: EvaluationInput, change: Change): Situation {
  return { change, topology: input.topology, facts: input.facts, clientNodes: input.policy.clientNodes };
}

function refOf(change: Change): ObjectRef {
  return { kind: 'Service', namespace: change.service.namespace, name: change.service.name };
}

function evidenceOf(rule: Rule, facts: ClusterFacts): Evidence {
  const { dataPlane } = facts;
  return {
    hints: rule.needs.includes('endpoints') ? 'predicted' : 'unused',
    topologyAgeSeconds: facts.topologyAgeSeconds,
    dataPlane: dataPlane.assumed ? `${dataPlane.kind} (assumed)` : dataPlane.kind,
    kubernetesVersion: formatVersion(facts.version),
    source: rule.source,
  };
}
