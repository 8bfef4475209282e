import { applyApiDefaults } from '../model/api-defaults.ts';
import { applyEdits } from '../model/edit.ts';
import type { Fix } from '../model/finding.ts';
import type { Draft, Rule } from '../rules/rule.ts';
import type { SharedContext, Situation } from './context.ts';
import { sharedContext } from './context.ts';
import { unmetNeed } from './needs.ts';

export interface Remedying {
  readonly rules: readonly Rule[];
  readonly situation: Situation;
  readonly now: SharedContext;
}

/** The first remedy of a draft that survives simulation, `null` where none does or none is known. */
export function remedyFor(rule: Rule, draft: Draft, by: Remedying): Fix | null {
  return draft.fixes?.find(fix => survivesSimulation(rule, fix, by)) ?? null;
}

/** A remedy is given only where the Service it leads to makes this rule silent and no other rule speak up. */
function survivesSimulation(rule: Rule, fix: Fix, { rules, situation, now }: Remedying): boolean {
  const { change } = situation;
  const service = applyApiDefaults(applyEdits(change.service, fix.edits), change.service);
  const after = sharedContext({ ...situation, change: { ...change, service, violations: [] } });
  return rules.every(other => {
    const fires = warns(other, after);
    return other === rule ? !fires : !fires || warns(other, now);
  });
}

function warns(rule: Rule, ctx: SharedContext): boolean {
  if (rule.level === 'info' || !rule.appliesTo(ctx.service, ctx.change) || unmetNeed(rule.needs, ctx)) return false;
  for (const draft of rule.check({ ...ctx, options: rule.options ?? {} })) if (draft.atMost !== 'info') return true;
  return false;
}
