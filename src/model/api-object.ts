import type { RawObject } from './raw.ts';
import { asObject, asString } from './raw.ts';

/** The parts of an API object; those that are missing are empty. */
export function sections(raw: unknown): { kind: string; metadata: RawObject; spec: RawObject; status: RawObject } {
  const object = asObject(raw);
  return {
    kind: asString(object['kind']),
    metadata: asObject(object['metadata']),
    spec: asObject(object['spec']),
    status: asObject(object['status']),
  };
}

/** Namespace and name. */
export function names(metadata: RawObject): { namespace: string; name: string } {
  // A client sends what has no namespace to the one called default.
  return { namespace: asString(metadata['namespace']) || 'default', name: asString(metadata['name']) };
}
