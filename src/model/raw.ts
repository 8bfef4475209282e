/** Readers for parsed JSON or YAML of any shape: a value of another type reads as absent. */
export type RawObject = Readonly<Record<string, unknown>>;

const EMPTY: RawObject = Object.freeze({});

export function asObject(value: unknown): RawObject {
  return isObject(value) ? value : EMPTY;
}

export function isObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asStringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function asNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

export function asBooleanOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

export function asStrings(value: unknown): readonly string[] {
  return asList(value).filter(item => typeof item === 'string');
}

export function asStringMap(value: unknown): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  const object = asObject(value);
  for (const key in object) {
    const item = object[key];
    if (typeof item === 'string') map[key] = item;
  }
  return map;
}

/** Parses an RFC 3339 time into milliseconds since the epoch. A YAML parser may have parsed it into a Date. */
export function asTime(value: unknown): number | null {
  const millis = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(millis) ? null : millis;
}
