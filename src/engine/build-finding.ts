import type { Change } from '../model/change.ts';
import type { Evidence, Finding, Fix, ObjectRef } from '../model/finding.ts';
import { compareLevels } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { formatVersion } from '../model/version.ts';
import type { Draft, Loss, Rule } from '../rules/rule.ts';
import { includesAllNames } from '../topology/node-selection.ts';
import type { SharedContext } from './context.ts';
import type { ActiveRule } from './evaluation-cache.ts';
import type { FixSimulator } from './fix-simulation.ts';
import { renderMessage } from './message.ts';
import type { Policy } from './policy.ts';
import { ruleUrl } from './rule-url.ts';

export interface FindingInput {
  readonly input: { readonly change: Change; readonly facts: ClusterFacts; readonly policy: Policy };
  readonly now: SharedContext;
  readonly fixes: FixSimulator;
  /** The rule's drafts for the old Service; `null` on a CREATE. */
  readonly before: readonly Draft[] | null;
}

export function buildFinding(draft: Draft, active: ActiveRule, given: FindingInput): Finding {
  const { input, fixes, before } = given;
  const { change, policy } = input;
  const { rule } = active;
  const isOfWorkload = change.source === 'workload';
  const loss = isOfWorkload && before !== null ? lossOf(draft, before, change) : null;
  const introduced = isOfWorkload ? loss !== null : isIntroduced(draft, before) && change.source !== 'cluster';
  // The Service does not change: its review is the place for a fix.
  const fix = isOfWorkload ? null : fixes.firstSafeFix(active, draft);
  const onUpdate = introduced && change.operation === 'UPDATE';
  const level = draft.maxLevel && compareLevels(draft.maxLevel, active.level) < 0 ? draft.maxLevel : active.level;
  const ofReview = isOfWorkload ? introduced : change.source === 'admission';
  const denies = level === 'deny' && ofReview && (policy.denyExisting || !isUnchanged(draft, before));
  return {
    rule: rule.id,
    level,
    message: renderMessage(draft, {
      ruleId: rule.id,
      fix,
      names: policy.names,
      introduced: onUpdate,
      loss,
    }),
    object: objectRefOf(change.service),
    path: draft.path,
    nodes: loss?.nodes ?? draft.nodes ?? [],
    zones: loss?.zones ?? draft.zones ?? [],
    fix,
    introduced,
    denial: denies ? liftText(rule, fix) : null,
    url: ruleUrl(policy, rule.id),
    evidence: evidenceOf(rule, given),
  };
}

/** On a CREATE every finding is introduced; on an UPDATE one that affects more than before. */
function isIntroduced(draft: Draft, before: readonly Draft[] | null): boolean {
  return before === null || !before.some(old => includes(old, draft));
}

/** The nodes and zones that the change adds to the finding; `null` if it was there before as it is. */
function lossOf(draft: Draft, before: readonly Draft[], { cause = '', isLowerBound = false }: Change): Loss | null {
  if (!isIntroduced(draft, before)) return null;
  const old = before.filter(({ path }) => path === draft.path);
  const nodes = new Set(old.flatMap(one => one.nodes?.slice() ?? []));
  const zones = new Set(old.flatMap(one => one.zones ?? []));
  const own = draft.nodes ?? [];
  const loss = {
    cause,
    nodes: nodes.size === 0 ? own : own.slice().filter(name => !nodes.has(name)),
    zones: (draft.zones ?? []).filter(zone => !zones.has(zone)),
    isLowerBound,
  };
  const isAboutPlaces = draft.nodes !== undefined || draft.zones !== undefined;
  return isAboutPlaces && loss.nodes.length === 0 && loss.zones.length === 0 ? null : loss;
}

/** True if the old Service has the same finding, or the same for more nodes or zones. */
function isUnchanged(draft: Draft, before: readonly Draft[] | null): boolean {
  if (before === null) return false;
  return before.some(old => includes(old, draft) && (affectsMore(old, draft) || textOf(old) === textOf(draft)));
}

function includes(old: Draft, draft: Draft): boolean {
  return (
    old.path === draft.path &&
    includesAllNames(old.nodes ?? [], draft.nodes ?? []) &&
    includesAllNames(old.zones ?? [], draft.zones ?? [])
  );
}

function affectsMore(old: Draft, draft: Draft): boolean {
  const count = ({ nodes, zones }: Draft) => (nodes?.length ?? 0) + (zones?.length ?? 0);
  return count(old) > count(draft);
}

/** The message without a fix, which may differ between two Services with the same problem. */
function textOf(draft: Draft): string {
  return renderMessage(draft, { ruleId: '', fix: null, names: 'full', introduced: false });
}

/** The change that lifts a denial: a fix that the simulation has confirmed, or the rule's general advice. */
function liftText(rule: Rule, fix: Fix | null): string {
  return fix?.description ?? rule.fix.replaceAll('\n', ' ');
}

/** A denial never rests on an assumed data plane: such a finding becomes a warning. */
export function restsOnAssumption({ rule }: ActiveRule, { dataPlanes }: ClusterFacts): boolean {
  return dataPlanes.certainty === 'assumed' && rule.needs.some(need => need.startsWith('dataplane'));
}

export function objectRefOf({ namespace, name }: Service): ObjectRef {
  return { kind: 'Service', namespace, name };
}

function evidenceOf(rule: Rule, { input: { change, facts }, now }: FindingInput): Evidence {
  const readsSlices = rule.needs.includes('endpoints') || rule.needs.includes('slices');
  return {
    hints: !readsSlices ? 'unused' : change.source === 'cluster' ? 'observed' : 'predicted',
    topologyAgeSeconds: facts.topologyAgeSeconds,
    dataPlane: now.dataPlanesText(),
    kubernetesVersion: formatVersion(facts.version),
    source: rule.source,
  };
}
