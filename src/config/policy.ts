import type { DefaultSet } from '../defaults/defaults.ts';
import type { Match, Policy, RuleSetting, UndecidedAction } from '../engine/policy.ts';
import { DEFAULT_POLICY } from '../engine/policy.ts';
import type { Level } from '../model/finding.ts';
import type { LabelSelector, Requirement } from '../model/label-selector.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import { parseDuration } from '../runtime/duration.ts';
import { InputError } from '../runtime/errors.ts';
import { DEFAULT_EXCLUDED_TAINTS } from '../topology/client-nodes.ts';
import { statedDataPlanes } from './data-planes.ts';

/** `false` is a bare `off` that Helm or kubectl has parsed. */
type RawLevel = Level | false;

type RawSetting = RawLevel | ({ level?: RawLevel; undecided?: UndecidedAction } & Record<string, unknown>);

/** The schema requires values for In and NotIn, and rejects them for the other operators. */
interface MatchExpression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

interface RawMatch {
  namespaces?: string[];
  namespaceSelector?: { matchLabels?: Record<string, string>; matchExpressions?: MatchExpression[] };
  types?: string[];
}

/** The rule and policy settings, as parsed from YAML. */
export interface RawPolicy {
  rules?: Record<string, RawSetting>;
  overrides?: { match: RawMatch; rules: Record<string, RawSetting> }[];
  defaults?: { match: RawMatch; set: DefaultSet['set']; overApiDefault?: boolean }[];
  dataplane?: string | string[];
  clientNodes?: { minAge?: string; excludeTaints?: string[]; selector?: string };
  names?: Policy['names'];
  annotationsMaySilenceDeny?: boolean;
  denyExisting?: boolean;
  docsUrl?: string;
}

/** The place of a field in the configuration file. */
export type PlaceOfField = (field: string) => { readonly file: string; readonly line: number };

/** Converts settings that the schema accepts. Throws InputError for an invalid selector, which no schema can check. */
export function toPolicy(raw: RawPolicy, placeOf: PlaceOfField): Policy {
  const selector = parseLabelSelector(raw.clientNodes?.selector ?? '');
  if (selector === null) {
    throw new InputError(
      `clientNodes.selector: ${JSON.stringify(raw.clientNodes?.selector)} is not a label selector`,
      placeOf('clientNodes.selector'),
    );
  }
  return {
    rules: settings(raw.rules),
    overrides: (raw.overrides ?? []).map(({ match, rules }) => ({ match: matchOf(match), rules: settings(rules) })),
    defaults: (raw.defaults ?? []).map(({ match, set, overApiDefault = false }) => ({
      match: matchOf(match),
      set,
      overApiDefault,
    })),
    dataPlanes: statedDataPlanes([raw.dataplane ?? []].flat(), 'dataplane:', placeOf('dataplane')),
    clientNodes: {
      minAgeMs: parseDuration(raw.clientNodes?.minAge ?? '60s'),
      excludeTaints: raw.clientNodes?.excludeTaints ?? DEFAULT_EXCLUDED_TAINTS,
      selector: selector.length > 0 ? selector : null,
    },
    names: raw.names ?? DEFAULT_POLICY.names,
    annotationsMaySilenceDeny: raw.annotationsMaySilenceDeny ?? false,
    denyExisting: raw.denyExisting ?? false,
    docsUrl: raw.docsUrl ?? DEFAULT_POLICY.docsUrl,
  };
}

function matchOf(match: RawMatch): Match {
  return {
    namespaces: match.namespaces ?? [],
    namespaceSelector: selectorOf(match.namespaceSelector),
    types: match.types ?? [],
  };
}

function selectorOf({ matchLabels = {}, matchExpressions = [] }: RawMatch['namespaceSelector'] = {}): LabelSelector {
  const labels = Object.entries(matchLabels).map(
    ([key, value]): Requirement => ({ key, operator: 'in', values: [value] }),
  );
  return [...labels, ...matchExpressions.map(requirementOf)];
}

function requirementOf({ key, operator, values = [] }: MatchExpression): Requirement {
  switch (operator) {
    case 'In':
      return { key, operator: 'in', values };
    case 'NotIn':
      return { key, operator: 'notin', values };
    case 'Exists':
      return { key, operator: 'exists' };
    case 'DoesNotExist':
      return { key, operator: 'absent' };
    default:
      return operator satisfies never;
  }
}

function settings(raw: Record<string, RawSetting> = {}): Record<string, RuleSetting> {
  return Object.fromEntries(
    Object.entries(raw).map(([id, setting]) => {
      if (typeof setting !== 'object') return [id, { level: levelOf(setting), options: {} }];
      const { level, undecided, ...options } = setting;
      const resolved = level === undefined ? null : levelOf(level);
      return [id, { level: resolved, undecided, options: options as Record<string, number> }];
    }),
  );
}

function levelOf(raw: RawLevel): Level {
  return raw === false ? 'off' : raw;
}
