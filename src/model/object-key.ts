import { asObject, asString } from './raw.ts';

/** How stores name an object: `namespace/name`, or the name alone for what has no namespace. */
export function keyOf(raw: unknown): string {
  const metadata = asObject(asObject(raw).metadata);
  const namespace = asString(metadata.namespace);
  return namespace ? objectKey(namespace, asString(metadata.name)) : asString(metadata.name);
}

export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The namespace of `namespace/name`. */
export function namespaceOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}
