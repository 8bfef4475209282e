import type { DataPlanes } from '../model/data-plane.ts';
import { describeDataPlanes } from '../model/data-plane-text.ts';
import type { Finding } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { Evaluation } from './evaluation.ts';
import { prefixedMessage } from './message.ts';
import type { Undecided } from './undecided.ts';

/** The result under one of several data planes that fit what is known of the cluster. */
export interface CandidateEvaluation {
  readonly dataPlanes: DataPlanes;
  readonly evaluation: Evaluation;
}

/**
 * One result for all of them; a rule that denies under some of them only is undecided, and `refusing` are those that then
 * reject the review. A finding that holds under each stays as it is; one that holds under some names them, as
 * info. A rule that none of the remaining findings is of counts as skipped if one candidate skipped it.
 */
export function mergeCandidates(
  results: readonly CandidateEvaluation[],
  dataPlanes: string,
  refusing: ReadonlySet<string>,
): Evaluation {
  const byKey = new Map<string, { readonly finding: Finding; readonly under: DataPlanes }[]>();
  for (const { dataPlanes: under, evaluation } of results) {
    for (const finding of evaluation.findings) {
      const key = `${finding.rule} ${finding.path}`;
      const held = byKey.get(key) ?? [];
      // A rule may have two findings about one field; they stand or fall together.
      byKey.set(key, [...held, { finding, under }]);
    }
  }
  const findings = [...byKey.values()].flatMap(held => merge(held, results.length)).map(withEvidence(dataPlanes));
  const reported = new Set(findings.map(({ rule }) => rule));
  const skipped = new Map(
    results.flatMap(({ evaluation }) => evaluation.skipped.map(skip => [skip.rule, skip] as const)),
  );
  return {
    findings: findings.sort((a, b) => Number(b.introduced) - Number(a.introduced) || compareLevels(b.level, a.level)),
    skipped: [...skipped.values()].filter(({ rule }) => !reported.has(rule)),
    undecided: mergeUndecided(results, findings, refusing),
    failures: results.flatMap(({ evaluation }) => evaluation.failures),
    dataPlanes,
    incomplete: results.map(({ evaluation }) => evaluation.incomplete).find(why => why !== null) ?? null,
  };
}

function mergeUndecided(
  results: readonly CandidateEvaluation[],
  merged: readonly Finding[],
  refusing: ReadonlySet<string>,
): readonly Undecided[] {
  const denying = new Set(merged.flatMap(({ rule, denial }) => (denial === null ? [] : rule)));
  const lost = results
    .flatMap(({ evaluation }) => evaluation.findings)
    .filter(({ rule, denial }) => denial !== null && !denying.has(rule))
    .map(
      ({ rule, object }): Undecided => ({
        rule,
        object,
        reason: 'unknown-data-plane',
        refuses: refusing.has(rule),
      }),
    );
  const all = [...results.flatMap(({ evaluation }) => evaluation.undecided), ...lost];
  return [...new Map(all.map(one => [one.rule, one])).values()].filter(({ rule }) => !denying.has(rule));
}

interface HeldFinding {
  readonly finding: Finding;
  readonly under: DataPlanes;
}

/** The findings of one rule about one field, each from a candidate. */
function merge(held: readonly HeldFinding[], candidates: number): readonly Finding[] {
  const under = [...new Set(held.map(one => one.under))];
  const [first] = under;
  const own = held.filter(one => one.under === first).map(({ finding }) => finding);
  if (under.length === candidates) return own.length === 1 ? own.map(finding => weakest(finding, held)) : own;
  const which = [...new Set(under.map(describeDataPlanes))].join(' or ');
  return own.map(finding => ({
    ...finding,
    level: 'info',
    denial: null,
    message: prefixedMessage(`if ${which} serves Pods here: `, finding),
  }));
}

/** The part that all candidates share: the lowest level and the fewest nodes, and a fix only if it is the same under each. */
function weakest(finding: Finding, held: readonly HeldFinding[]): Finding {
  const all = held.map(one => one.finding);
  const level = all.reduce((lowest, one) => (compareLevels(one.level, lowest) < 0 ? one.level : lowest), finding.level);
  const sameFix = new Set(all.map(({ fix }) => JSON.stringify(fix?.edits))).size === 1;
  // The message of a finding names its fix.
  const usable = sameFix ? all : all.filter(({ fix }) => fix === null);
  const fewest = usable.reduce(
    (least, one) => (one.nodes.length < least.nodes.length ? one : least),
    usable[0] ?? finding,
  );
  const denial = all.every(one => one.denial !== null) ? fewest.denial : null;
  return { ...fewest, level, denial, fix: sameFix ? fewest.fix : null };
}

function withEvidence(dataPlane: string) {
  return (finding: Finding): Finding => ({ ...finding, evidence: { ...finding.evidence, dataPlane } });
}
