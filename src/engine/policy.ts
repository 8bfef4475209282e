import type { DefaultSet } from '../defaults/defaults.ts';
import type { StatedDataPlane } from '../model/data-plane-text.ts';
import type { Level } from '../model/finding.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { matchesSelector } from '../model/label-selector.ts';
import type { Service } from '../model/service.ts';
import type { Rule } from '../rules/rule.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import { DEFAULT_CLIENT_NODES } from '../topology/client-nodes.ts';
import type { NameStyle } from './message.ts';

/** The outcome of a review for which a rule at level deny could not be evaluated. */
export type UndecidedAction = 'allow' | 'deny';

export interface RuleSetting {
  readonly level: Level | null;
  readonly undecided?: UndecidedAction | undefined;
  readonly options: Readonly<Record<string, number>>;
}

/** Selects the Services of a configuration block; every part must match. */
export interface Match {
  /** Names or globs with `*`; empty for all. */
  readonly namespaces: readonly string[];
  /** For namespace labels; empty for all. */
  readonly namespaceSelector: LabelSelector;
  /** Service types; empty for all. */
  readonly types: readonly string[];
}

export interface Override {
  readonly match: Match;
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

/** Fields to set, and the Services on which to set them. */
export interface DefaultBlock extends DefaultSet {
  readonly match: Match;
}

/** The settings of the parsed and validated configuration file. */
export interface Policy {
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly Override[];
  readonly defaults: readonly DefaultBlock[];
  /** The data planes that the configuration states, in order; empty if they must be detected. */
  readonly dataPlanes: readonly StatedDataPlane[];
  readonly clientNodes: ClientNodeOptions;
  readonly names: NameStyle;
  /** Whether a Service's own annotations may exempt it from rules at level deny, or narrow the nodes that they cover. */
  readonly annotationsMaySilenceDeny: boolean;
  /** Whether an UPDATE is rejected for a finding that it leaves unchanged. */
  readonly denyExisting: boolean;
  /** Where the rules' pages are published; `''` for no links. See `ruleUrl`. */
  readonly docsUrl: string;
}

export const DEFAULT_POLICY: Policy = {
  rules: {},
  overrides: [],
  defaults: [],
  dataPlanes: [],
  clientNodes: DEFAULT_CLIENT_NODES,
  names: 'full',
  annotationsMaySilenceDeny: false,
  denyExisting: false,
  docsUrl: '',
};

export interface PolicySubject {
  readonly service: Service;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/** The settings of a rule for one Service. */
export interface ResolvedRuleSetting {
  readonly level: Level;
  readonly undecided: UndecidedAction;
  readonly options: Readonly<Record<string, number>>;
}

/** True if a rule that reads endpoints has level deny for any Service. */
export function deniesByEndpoints({ rules, overrides }: Policy, known: readonly Rule[]): boolean {
  const settings = [rules, ...overrides.map(override => override.rules)];
  return known.some(
    ({ id, level, needs }) =>
      (needs.includes('endpoints') || needs.includes('slices')) &&
      !needs.includes('workload change') &&
      (level === 'deny' || settings.some(setting => setting[id]?.level === 'deny')),
  );
}

/** The last override that applies to the Service and configures the rule wins. */
export function resolveRuleSetting(rule: Rule, subject: PolicySubject, policy: Policy): ResolvedRuleSetting {
  return resolveRule(rule, policy, matchingOverrides(policy, subject));
}

/** The overrides that apply to a Service, as positions in the policy. */
export function matchingOverrides({ overrides }: Policy, subject: PolicySubject): readonly number[] {
  return overrides.flatMap(({ match }, i) => (matchesSubject(match, subject) ? [i] : []));
}

export function resolveRule(rule: Rule, policy: Policy, overrides: readonly number[]): ResolvedRuleSetting {
  const settings = [policy.rules[rule.id], ...overrides.map(i => policy.overrides[i]?.rules[rule.id])];
  const level = settings.reduce<Level>((current, setting) => setting?.level ?? current, rule.level);
  const undecided = settings.reduce<UndecidedAction>((current, setting) => setting?.undecided ?? current, 'allow');
  return { level, undecided, options: Object.assign({}, rule.options, ...settings.map(setting => setting?.options)) };
}

export function matchesSubject(match: Match, { service, namespaceLabels }: PolicySubject): boolean {
  if (match.namespaces.length > 0 && !match.namespaces.some(glob => matchesGlob(glob, service.namespace))) return false;
  if (match.types.length > 0 && !match.types.includes(service.type)) return false;
  return matchesSelector(match.namespaceSelector, namespaceLabels);
}

/** `*` matches any characters; there are no other wildcards. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  if (rest.length === 0) return glob === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
