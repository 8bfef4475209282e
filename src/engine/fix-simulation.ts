import { applyApiDefaults } from '../model/api-defaults.ts';
import { applyEdits } from '../model/edit.ts';
import type { Fix } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { Draft } from '../rules/rule.ts';
import { WorkLimitExceeded, withinBudget } from '../topology/work-budget.ts';
import type { ContextInput, SharedContext } from './context.ts';
import { lazy, runRuleOnce, sharedContext } from './context.ts';
import type { ActiveRule } from './evaluation-cache.ts';
import { unmetNeed } from './needs.ts';

interface Simulation {
  readonly after: SharedContext;
  /** True if a rule has a warning about a field of the fixed Service that it does not have about the Service as sent. */
  addsWarnings(): boolean;
}

/** Simulates fixes of one change. Findings that suggest the same edit share one simulation. */
export class FixSimulator {
  readonly #activeRules: readonly ActiveRule[];
  readonly #input: ContextInput;
  readonly #now: SharedContext;
  readonly #simulations = new Map<string, Simulation>();

  constructor(activeRules: readonly ActiveRule[], input: ContextInput, now: SharedContext) {
    this.#activeRules = activeRules;
    this.#input = input;
    this.#now = now;
  }

  /** The first fix of a draft that is safe, `null` without one or if the work budget does not suffice to tell. */
  firstSafeFix(active: ActiveRule, draft: Draft): Fix | null {
    return withinBudget(() => draft.fixes?.find(fix => this.#isSafe(active, draft, fix)) ?? null, null);
  }

  /** A fix is safe if it removes the finding and adds no warning. */
  #isSafe(active: ActiveRule, draft: Draft, fix: Fix): boolean {
    const { after, addsWarnings } = this.#simulate(fix);
    return !simulatedDrafts(active, after).some(still => still.path === draft.path) && !addsWarnings();
  }

  #simulate(fix: Fix): Simulation {
    const key = JSON.stringify(fix.edits);
    const known = this.#simulations.get(key);
    if (known) return known;
    const { change } = this.#input;
    const service = applyApiDefaults(applyEdits(change.service, fix.edits), change.service);
    const after = sharedContext({ ...this.#input, change: { ...change, service, violations: [] } });
    const addsWarnings = lazy(() =>
      this.#activeRules.some(other => {
        const paths = warnedPaths(other, after);
        return paths.length > 0 && !isSubset(paths, warnedPaths(other, this.#now));
      }),
    );
    const simulation = { after, addsWarnings };
    this.#simulations.set(key, simulation);
    return simulation;
  }
}

/** Paths of the fields about which a rule has a finding at warn or above. */
function warnedPaths(active: ActiveRule, ctx: SharedContext): readonly string[] {
  if (compareLevels(active.level, 'warn') < 0) return NONE;
  const drafts = simulatedDrafts(active, ctx);
  if (drafts.length === 0) return NONE;
  return drafts.flatMap(({ maxLevel, path }) => (maxLevel && compareLevels(maxLevel, 'warn') < 0 ? [] : path));
}

const NONE: readonly never[] = [];

function simulatedDrafts(active: ActiveRule, ctx: SharedContext): readonly Draft[] {
  const { rule } = active;
  try {
    if (!rule.appliesTo(ctx.service, ctx.change) || unmetNeed(rule.needs, ctx)) return NONE;
    return runRuleOnce(ctx, active);
  } catch (error) {
    if (error instanceof WorkLimitExceeded) throw error;
    // Reported for the other rule itself.
    return NONE;
  }
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every(item => all.includes(item));
}
