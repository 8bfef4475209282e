import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Violation } from '../model/change.ts';
import type { RawObject } from '../model/raw.ts';
import { asObject, isObject } from '../model/raw.ts';
import { needsHealthCheckPort, withoutDroppedTraffic, withTrafficDefaults } from '../model/traffic-defaults.ts';
import { trafficSchema } from '../model/traffic-schema.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../model/version.ts';
import { isDecodingError, violationPath, violationReason } from './violation-reason.ts';

/** The raw v1 JSON that an UPDATE replaces; a value that is not an object means a CREATE. */
export interface PreviousObject {
  readonly old?: unknown;
}

/**
 * The traffic fields of a raw v1 Service that the API server of Kubernetes 1.`minor` rejects; empty for versions newer
 * than known. As there, a value that cannot be decoded hides all other errors. Checks that need cluster state (whether
 * a node port is in range and free) are not included.
 */
export function trafficFieldViolations(
  raw: unknown,
  minor: number,
  { old }: PreviousObject = {},
): readonly Violation[] {
  if (minor > NEWEST_KNOWN_MINOR) return [];
  const version = Math.max(minor, OLDEST_KNOWN_MINOR);
  const before = isObject(old) ? withTrafficDefaults(old, version) : null;
  const service = isObject(raw) ? withoutDroppedTraffic(withTrafficDefaults(raw, version), version, before) : raw;
  const refused = schemaViolations(service, version);
  if (refused.undecodable) return refused.violations;
  return [...immutableViolations(asObject(service), before), ...refused.violations];
}

/** Per list: what a valid Service has is far below, and each invalid item costs a message. */
export const MAX_REPORTED_ITEMS = 100;

interface Validators {
  /** Stops at the first error, so its time does not depend on the number of errors. */
  readonly first: ValidateFunction;
  readonly all: ValidateFunction;
}

// Compiled once per version and on first use, because compiling is slow.
const validators = new Map<number, Validators>();

function validatorsFor(minor: number): Validators {
  const known = validators.get(minor);
  if (known) return known;
  const compile = (allErrors: boolean) =>
    new Ajv({ allErrors, verbose: true, $data: true, strictTypes: false }).compile(trafficSchema(minor));
  const compiled = { first: compile(false), all: compile(true) };
  validators.set(minor, compiled);
  return compiled;
}

function schemaViolations(service: unknown, minor: number): { violations: readonly Violation[]; undecodable: boolean } {
  const { first, all } = validatorsFor(minor);
  if (first(service)) return { violations: [], undecodable: false };
  const found = all(withShortLists(service)) ? first.errors : all.errors;
  // An error of `if` only repeats the error of its `then` or `else`.
  const errors = (found ?? []).filter(error => error.keyword !== 'if');
  const undecodable = errors.filter(isDecodingError);
  const reported = undecodable.length > 0 ? undecodable : errors;
  return {
    violations: reported.map(error => ({ path: violationPath(error), reason: violationReason(error) })),
    undecodable: undecodable.length > 0,
  };
}

function withShortLists(service: unknown): unknown {
  const spec = asObject(asObject(service)['spec']);
  const { externalIPs } = spec;
  if (!Array.isArray(externalIPs) || externalIPs.length <= MAX_REPORTED_ITEMS) return service;
  return { ...asObject(service), spec: { ...spec, externalIPs: externalIPs.slice(0, MAX_REPORTED_ITEMS) } };
}

/** pkg/apis/core/validation/validation.go validateServiceExternalTrafficFieldsUpdate, v1.37.1. */
function immutableViolations(service: RawObject, before: RawObject | null): readonly Violation[] {
  const [now, then] = [asObject(service['spec']), asObject(before?.['spec'])];
  if (!needsHealthCheckPort(now) || !needsHealthCheckPort(then)) return [];
  const [port, allocated] = [now['healthCheckNodePort'], then['healthCheckNodePort']];
  // An unset port keeps its value, and an old manifest may not contain the allocated one.
  if (port === undefined || allocated === undefined || port === allocated) return [];
  return [{ path: 'spec.healthCheckNodePort', reason: 'Forbidden: field is immutable' }];
}
