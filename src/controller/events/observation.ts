import { createHash } from 'node:crypto';
import type { ClusterView } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import { exemptionOf, isExempt } from '../../engine/exemption.ts';
import { resolveRuleSetting } from '../../engine/policy.ts';
import { compareLevels, type Finding, type Level } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import type { Rule } from '../../rules/rule.ts';

/** The result of one rule for one Service, for the Event planner. */
export type Observation =
  | { readonly kind: 'present'; readonly signature: string; readonly note: string }
  | { readonly kind: 'absent' }
  /** The rule was skipped or superseded: the published finding is kept. */
  | { readonly kind: 'unsure' }
  /** Switched off or exempted: the finding is dropped without an Event, because nothing was resolved. */
  | { readonly kind: 'silenced' };

export interface Observations {
  /** Rules with findings to publish. */
  readonly rulesWithFindings: readonly string[];
  /** The observation of any rule, including one that this version no longer has. */
  of(rule: string): Observation;
}

/** Lowest level that is published as an Event; lower findings appear only in /findings. */
const MIN_PUBLISHED_LEVEL: Level = 'warn';

export function observationsOf(
  evaluation: Evaluation,
  { service, view }: { readonly service: Service; readonly view: ClusterView },
): Observations {
  const published = evaluation.findings.filter(({ level }) => isPublished(level));
  const all = new Set(evaluation.findings.map(({ rule }) => rule));
  const skipped = new Set(evaluation.skipped.map(({ rule }) => rule));
  return {
    rulesWithFindings: [...new Set(published.map(({ rule }) => rule))],
    of(id) {
      const own = published.filter(({ rule }) => rule === id);
      if (own.length > 0) return present(own);
      const rule = view.rules.find(known => known.id === id);
      if (!rule || isSilenced(rule, service, view)) return { kind: 'silenced' };
      const superseded = rule.supersededBy?.some(other => all.has(other)) ?? false;
      return { kind: skipped.has(id) || superseded ? 'unsure' : 'absent' };
    },
  };
}

function isPublished(level: Level): boolean {
  return compareLevels(level, MIN_PUBLISHED_LEVEL) >= 0;
}

function isSilenced(rule: Rule, service: Service, { topology, facts, policy }: ClusterView): boolean {
  const { level } = resolveRuleSetting(
    rule,
    { service, namespaceLabels: topology.namespaceLabels(service.namespace) },
    policy,
  );
  if (!isPublished(level)) return true;
  if (rule.cannotBeIgnored || (level === 'deny' && !policy.annotationsMaySilenceDeny)) return false;
  return isExempt(exemptionOf(service, facts.now), rule.id);
}

/**
 * Findings with the same signature are published once: nodes, zones and the message without numbers are equal. Numbers
 * are ignored, because "2 of 9 nodes" becomes "2 of 10 nodes" whenever the cluster scales.
 */
function present(findings: readonly Finding[]): Observation {
  const content = findings.map(({ level, path, nodes, zones, message }) => [
    level,
    path,
    nodes.slice().toSorted(),
    zones.toSorted(),
    message.replace(/\d+/g, '#'),
  ]);
  const text = JSON.stringify(content.map(entry => JSON.stringify(entry)).toSorted());
  const signature = createHash('sha256').update(text).digest('base64url').slice(0, 11);
  return { kind: 'present', signature, note: noteOf(findings) };
}

/** The link is not part of the signature: a new `docsUrl` publishes nothing again. */
function noteOf(findings: readonly Finding[]): string {
  const messages = findings.map(({ message }) => message).join('; ');
  const url = findings[0]?.url ?? null;
  return url === null ? messages : `${messages} ${url}`;
}
