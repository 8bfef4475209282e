import type { FieldEdit } from '../../../model/finding.ts';
import {
  isExternallyAccessible,
  type Service,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  TOPOLOGY_MODE_ANNOTATION,
  topologyMode,
} from '../../../model/service.ts';
import { PREFER_SAME_SINCE_MINOR, TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../../../topology/hints.ts';
import { FIELDS, type Field, type Scenario, withField } from './scenario.ts';

export interface Choice {
  /** `null` removes the field. */
  readonly value: string | null;
  readonly label: string;
}

/** The current value of a field; `null` if it is absent. */
export function currentValue(service: Service, field: Field): string | null {
  return field === 'topologyMode' ? topologyMode(service) : service[field];
}

/** The values that the API server of this version accepts, and the current value. Empty if the field does not apply. */
export function choicesFor(field: Field, service: Service, minor: number): readonly Choice[] {
  if (service.type === 'ExternalName') return [];
  const current = currentValue(service, field);
  const offered = valuesOf(field, service, minor);
  if (offered.length === 0) return [];
  const values = offered.includes(current) ? offered : [...offered, current];
  return values.map(value => ({ value, label: value ?? 'none' }));
}

function valuesOf(field: Field, service: Service, minor: number): readonly (string | null)[] {
  switch (field) {
    case 'internalTrafficPolicy':
      return ['Cluster', 'Local'];
    case 'externalTrafficPolicy':
      return isExternallyAccessible(service) ? ['Cluster', 'Local'] : [];
    case 'trafficDistribution':
      return distributions(minor);
    case 'topologyMode':
      return [null, 'Auto'];
    default:
      return field satisfies never;
  }
}

function distributions(minor: number): readonly (string | null)[] {
  if (minor >= PREFER_SAME_SINCE_MINOR) return [null, 'PreferSameZone', 'PreferSameNode', 'PreferClose'];
  return minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR ? [null, 'PreferClose'] : [];
}

/** The scenario without values that equal the current ones or that this version rejects. */
export function dropInvalidChoices(scenario: Scenario, service: Service, clusterMinor: number): Scenario {
  const minor = scenario.minor === clusterMinor ? null : scenario.minor;
  return FIELDS.reduce<Scenario>(
    (kept, field) => {
      const value = kept.fields[field];
      if (value === undefined) return kept;
      const offered = choicesFor(field, service, minor ?? clusterMinor).some(choice => choice.value === value);
      return offered && value !== currentValue(service, field) ? kept : withField(kept, field, undefined);
    },
    { ...scenario, minor },
  );
}

/** The scenario after these edits; `null` if the panel has no control for one of them. */
export function withEdits(scenario: Scenario, edits: readonly FieldEdit[]): Scenario | null {
  return edits.reduce<Scenario | null>((so, edit) => {
    const field = fieldOf(edit);
    return so && field && withField(so, field, edit.value);
  }, scenario);
}

function fieldOf({ path: [section, field, key] }: FieldEdit): Field | null {
  if (section === 'metadata' && field === 'annotations') {
    return key === TOPOLOGY_MODE_ANNOTATION || key === TOPOLOGY_AWARE_HINTS_ANNOTATION ? 'topologyMode' : null;
  }
  return FIELDS.find(known => section === 'spec' && known === field) ?? null;
}
