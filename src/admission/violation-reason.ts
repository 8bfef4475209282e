import type { ErrorObject } from 'ajv';
import { INT32_TITLE } from '../model/traffic-schema.ts';

const MAX_VALUE_LENGTH = 60;

/** True if Go's decoder rejects the value, before any validation. */
export function isDecodingError(error: ErrorObject): boolean {
  return error.keyword === 'type' || error.parentSchema?.['title'] === INT32_TITLE;
}

/** `/spec/sessionAffinityConfig` → `spec.sessionAffinityConfig`; annotations as `metadata.annotations[key]`. */
export function violationPath(error: ErrorObject): string {
  const segments = error.instancePath.split('/').slice(1).map(unescapePointer);
  if (error.keyword === 'required') segments.push(String(error.params['missingProperty']));
  const [first, second, key, ...rest] = segments;
  if (first === 'metadata' && second === 'annotations' && key !== undefined) return `metadata.annotations[${key}]`;
  if (second === 'externalIPs' && key !== undefined) return `spec.externalIPs[${key}]`;
  return [first, second, key, ...rest].filter(segment => segment !== undefined).join('.');
}

/** The error text of the API server (k8s.io/apimachinery pkg/util/validation/field errors.go, v0.37.1). */
export function violationReason(error: ErrorObject): string {
  const value = quoteValue(error.data);
  if (isDecodingError(error)) return `Invalid value: ${value}: cannot be decoded as ${goType(error)}`;
  if (error.keyword === 'required') return 'Required value';
  if (error.keyword === 'enum') {
    const supported: unknown[] = error.params['allowedValues'];
    return `Unsupported value: ${value}: supported values: ${supported.map(quoteValue).join(', ')}`;
  }
  const { title, description } = error.parentSchema ?? {};
  return title === 'Forbidden' ? `Forbidden: ${description}` : `Invalid value: ${value}: ${description}`;
}

/** A value for a message: at most 60 characters, without line breaks and invisible characters. */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{…}';
  if (typeof value !== 'string') return String(value);
  // Escaping shortens no character, so a prefix is enough.
  const pieces = Array.from(value.slice(0, 2 * MAX_VALUE_LENGTH), escapeCharacter);
  const room = MAX_VALUE_LENGTH - '""'.length;
  const whole = pieces.join('');
  return whole.length <= room ? `"${whole}"` : `"${joinWithin(pieces, room - 1)}…"`;
}

function joinWithin(pieces: readonly string[], room: number): string {
  let text = '';
  for (const piece of pieces) {
    if (text.length + piece.length > room) break;
    text += piece;
  }
  return text;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  // Control, format (bidirectional) and unassigned characters, line and paragraph separators.
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(character)) return character;
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped === character ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : escaped;
}

function goType(error: ErrorObject): string {
  const type = error.parentSchema?.['type'];
  if (type === 'integer') return 'an int32';
  if (type === 'boolean') return 'a boolean';
  if (type === 'object') return 'an object';
  if (type === 'array') return 'a list';
  return 'a string';
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
