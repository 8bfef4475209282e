import type { RawObject } from './raw.ts';
import { asObject, asString } from './raw.ts';

/** The sections of an API object. Missing ones are empty. */
export function sections(raw: unknown): { kind: string; metadata: RawObject; spec: RawObject; status: RawObject } {
  const object = asObject(raw);
  return {
    kind: asString(object['kind']),
    metadata: asObject(object['metadata']),
    spec: asObject(object['spec']),
    status: asObject(object['status']),
  };
}

/** The namespace defaults to `default`, as in API clients. */
export function namespacedName(metadata: RawObject): { namespace: string; name: string } {
  return { namespace: asString(metadata['namespace']) || 'default', name: asString(metadata['name']) };
}
