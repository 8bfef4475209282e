import { applyEdits } from '../model/edit.ts';
import type { FieldEdit } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import { isExternallyAccessible, isLocalThroughout, isProxied, isTopologyModeAuto } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { PREFER_SAME_SINCE_MINOR, TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';

export type DefaultField = 'internalTrafficPolicy' | 'externalTrafficPolicy' | 'trafficDistribution';

/** The fields that one block of the configuration sets on the Services that it matches. */
export interface DefaultSet {
  readonly set: Readonly<Partial<Record<DefaultField, string>>>;
  /** Also replace the API server's default value, which cannot be distinguished from one that an author wrote. */
  readonly overApiDefault: boolean;
}

/** One field that a default sets. */
export interface AppliedDefault {
  readonly field: DefaultField;
  readonly value: string;
}

export interface JsonPatchOperation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: string;
}

const API_DEFAULT = 'Cluster';

/**
 * The defaults that apply to a Service, in the order of the blocks; the first that can set a field does. A field that the
 * author wrote is kept, and a value that contradicts another field or that the version lacks is not set. Applied to their
 * own result, the defaults change nothing.
 */
export function defaultsFor(
  service: Service,
  blocks: readonly DefaultSet[],
  version: KubernetesVersion,
): readonly AppliedDefault[] {
  const applied: AppliedDefault[] = [];
  let current = service;
  for (const { set, overApiDefault } of blocks) {
    for (const [field, value] of Object.entries(set) as [DefaultField, string][]) {
      const done = applied.some(other => other.field === field);
      if (done || !isUnset(current, field, overApiDefault) || !isPossible(current, { field, value }, version)) continue;
      applied.push({ field, value });
      current = applyEdits(current, [editOf({ field, value })]);
    }
  }
  return applied;
}

/** The defaults that an update took away: a CREATE of the Service would set the fields to what they were before. */
export function strippedDefaults(
  { before, after }: { readonly before: Service; readonly after: Service },
  blocks: readonly DefaultSet[],
  version: KubernetesVersion,
): readonly AppliedDefault[] {
  return defaultsFor(after, blocks, version).filter(({ field, value }) => before[field] === value);
}

/** The defaults as RFC 6902 operations on the Service of the review. */
export function jsonPatchFor(service: Service, applied: readonly AppliedDefault[]): readonly JsonPatchOperation[] {
  return applied.map(({ field, value }) => ({
    op: service[field] === null ? 'add' : 'replace',
    path: `/spec/${field}`,
    value,
  }));
}

function editOf({ field, value }: AppliedDefault): FieldEdit {
  return { path: ['spec', field], value };
}

/** True if the field is unset, or has the API server's default value and the configuration allows replacing that. */
function isUnset(service: Service, field: DefaultField, overApiDefault: boolean): boolean {
  const value = service[field];
  if (value === null) return true;
  return field !== 'trafficDistribution' && overApiDefault && value === API_DEFAULT;
}

/** False if the value would change nothing, contradict another field, or be rejected or dropped by this version. */
function isPossible(service: Service, { field, value }: AppliedDefault, version: KubernetesVersion): boolean {
  if (!isProxied(service) || service[field] === value) return false;
  switch (field) {
    case 'trafficDistribution':
      return supportsValue(version, value) && !isTopologyModeAuto(service) && !isLocalThroughout(service);
    case 'internalTrafficPolicy':
      return value !== 'Local' || (service.trafficDistribution === null && !isTopologyModeAuto(service));
    case 'externalTrafficPolicy':
      return isExternallyAccessible(service);
    default:
      return field satisfies never;
  }
}

function supportsValue(version: KubernetesVersion, trafficDistribution: string): boolean {
  const since = trafficDistribution === 'PreferClose' ? TRAFFIC_DISTRIBUTION_SINCE_MINOR : PREFER_SAME_SINCE_MINOR;
  return version.minor >= since;
}
