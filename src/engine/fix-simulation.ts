import { applyApiDefaults } from '../model/api-defaults.ts';
import { applyEdits } from '../model/edit.ts';
import type { Fix } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import type { SharedContext, Situation } from './context.ts';
import { draftsIn, sharedContext } from './context.ts';
import { unmetNeed } from './needs.ts';
import type { RuleLevel } from './policy.ts';

export interface Remedying {
  readonly rules: readonly Rule[];
  readonly situation: Situation;
  readonly now: SharedContext;
  settingOf(rule: Rule): RuleLevel;
}

/** The first remedy of a draft that survives simulation, `null` where none does or none is known. */
export function remedyFor(rule: Rule, draft: Draft, by: Remedying): Fix | null {
  return draft.fixes?.find(fix => survivesSimulation({ rule, draft, fix }, by)) ?? null;
}

interface Remedy {
  readonly rule: Rule;
  readonly draft: Draft;
  readonly fix: Fix;
}

/**
 * A remedy is given only where the Service it leads to makes the rule silent about this field, and no rule say anything at
 * warn or above that it does not say already.
 */
function survivesSimulation({ rule, draft, fix }: Remedy, by: Remedying): boolean {
  const { change } = by.situation;
  const service = applyApiDefaults(applyEdits(change.service, fix.edits), change.service);
  const after = sharedContext({ ...by.situation, change: { ...change, service, violations: [] } });
  if (draftsOf(rule, after, by).some(still => still.path === draft.path)) return false;
  return by.rules.every(other => {
    const warnings = warningsOf(other, after, by);
    return warnings.length === 0 || isSubset(warnings, warningsOf(other, by.now, by));
  });
}

/** Paths of the fields about which a rule says anything at warn or above. */
function warningsOf(rule: Rule, ctx: SharedContext, by: Remedying): readonly string[] {
  if (compareLevels(by.settingOf(rule).level, 'warn') < 0) return [];
  const loud = draftsOf(rule, ctx, by).filter(({ atMost }) => !atMost || compareLevels(atMost, 'warn') >= 0);
  return loud.map(draft => draft.path);
}

function draftsOf(rule: Rule, ctx: SharedContext, by: Remedying): readonly Draft[] {
  try {
    if (!rule.appliesTo(ctx.service, ctx.change) || unmetNeed(rule.needs, ctx)) return [];
    return draftsIn(ctx, rule, by.settingOf(rule).options);
  } catch {
    // Its failure is reported where the rule itself is run, not with the rule whose remedy is tried.
    return [];
  }
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every(item => all.includes(item));
}
