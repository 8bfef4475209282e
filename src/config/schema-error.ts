import type { ErrorObject } from 'ajv';
import { closestMatch } from '../model/did-you-mean.ts';
import { plural } from '../model/plural.ts';
import { isObject } from '../model/raw.ts';

/** Selects the innermost error: `anyOf` is the least specific, then an object in the place of a level. */
export function mostSpecificError(errors: readonly ErrorObject[]): ErrorObject {
  const telling = errors.filter(({ keyword, data }) => keyword !== 'anyOf' && !(keyword === 'enum' && isObject(data)));
  const [first = errors[0]] = telling.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  if (!first) throw new Error('schema validation failed without an error');
  return first;
}

/** Formats one of the errors: location, problem, expected values and a suggestion. */
export function schemaErrorMessage(
  error: ErrorObject,
  { path, all }: { readonly path: readonly string[]; readonly all: readonly ErrorObject[] },
): string {
  const where = path.length > 0 ? path.join('.') : 'the file';
  const rule: unknown = path.at(-1) === 'rules' ? error.params['additionalProperty'] : undefined;
  return `${where}: ${typeof rule === 'string' ? unknownRule(rule, error) : problemOf(error, all)}`;
}

function unknownRule(rule: string, { parentSchema }: ErrorObject): string {
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  const near = closestMatch(rule, known);
  return `unknown rule ${JSON.stringify(rule)}; ${near === null ? 'zonewise rules lists them' : `did you mean ${near}?`}`;
}

function problemOf(error: ErrorObject, all: readonly ErrorObject[]): string {
  const { keyword, params, parentSchema, data } = error;
  const expected: unknown = parentSchema?.['x-expected'];
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
      const unknown = String(params['additionalProperty']);
      return `unknown field ${JSON.stringify(unknown)}; ${suggestion(unknown, known)}`;
    }
    case 'enum':
    case 'const': {
      const allowed = [params['allowedValues'] ?? params['allowedValue']].flat();
      const words = allowed.filter(value => value !== false).map(String);
      return `${shown(data)} is not allowed; ${suggestion(String(data), words)}`;
    }
    case 'type': {
      const types = all.filter(other => other.keyword === 'type' && other.instancePath === error.instancePath);
      const names = types.flatMap(other => other.params['type']).map(type => TYPE_NAMES[String(type)] ?? String(type));
      const wanted = typeof expected === 'string' ? expected : [...new Set(names)].join(' or ');
      return `expected ${wanted}, found ${shown(data)}`;
    }
    case 'required': {
      const field = JSON.stringify(params['missingProperty']);
      return `the field ${field} is missing${typeof expected === 'string' ? `; expected ${expected}` : ''}`;
    }
    default: {
      const rule = typeof expected === 'string' ? expected : (LIMITS[keyword]?.(params['limit']) ?? error.message);
      return `${shown(data)} is not allowed; expected ${rule}`;
    }
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping of fields',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

const LIMITS: Readonly<Record<string, (limit: unknown) => string>> = {
  minimum: limit => `at least ${limit}`,
  maximum: limit => `at most ${limit}`,
  exclusiveMinimum: limit => `more than ${limit}`,
  exclusiveMaximum: limit => `less than ${limit}`,
  minItems: limit => `a list of at least ${limit}`,
  maxItems: limit => `a list of at most ${limit}`,
  minProperties: limit => `at least ${plural(Number(limit), 'field')}`,
  maxProperties: limit => `at most ${plural(Number(limit), 'field')}`,
  minLength: limit => `at least ${plural(Number(limit), 'character')}`,
  maxLength: limit => `at most ${plural(Number(limit), 'character')}`,
  uniqueItems: () => 'every item only once',
};

const MAX_SHOWN_CHARS = 60;

/** The value that was found instead, in one line. */
function shown(data: unknown): string {
  if (data === null || data === undefined) return 'nothing';
  const text = JSON.stringify(data);
  if (text.length <= MAX_SHOWN_CHARS) return text;
  if (Array.isArray(data)) return 'a list';
  return isObject(data) ? 'a mapping' : `${text.slice(0, MAX_SHOWN_CHARS)}…`;
}

/** Lists the known words, if there are few enough, and the closest one. */
function suggestion(word: string, known: readonly string[]): string {
  const list =
    known.length <= MAX_LISTED_VALUES ? `expected ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}` : '';
  const near = known.length > 1 ? closestMatch(word, known) : null;
  const parts = [list, near === null ? '' : `did you mean ${near}?`].filter(part => part !== '');
  return parts.join('; ') || 'run zonewise config schema for the valid values';
}

const MAX_LISTED_VALUES = 20;
