import type { ErrorObject } from 'ajv';
import { closestMatch } from '../model/did-you-mean.ts';
import { isObject } from '../model/raw.ts';

/** Selects the innermost error: `anyOf` is the least specific, then an object in the place of a level. */
export function mostSpecificError(errors: readonly ErrorObject[]): ErrorObject {
  const telling = errors.filter(({ keyword, data }) => keyword !== 'anyOf' && !(keyword === 'enum' && isObject(data)));
  const [first = errors[0]] = telling.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  if (!first) throw new Error('schema validation failed without an error');
  return first;
}

/** Formats the error: location, problem, expected values and a suggestion. */
export function schemaErrorMessage(error: ErrorObject, path: readonly string[]): string {
  const where = path.length > 0 ? path.join('.') : 'the file';
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const unknown = String(error.params['additionalProperty']);
      return `${where}: unknown field ${JSON.stringify(unknown)}; ${suggestion(unknown, known)}`;
    }
    case 'enum':
    case 'const': {
      const allowed = [error.params['allowedValues'] ?? error.params['allowedValue']].flat();
      return `${where}: ${JSON.stringify(error.data)} is not allowed; ${suggestion(String(error.data), allowed.filter(value => value !== false).map(String))}`;
    }
    case 'pattern':
      return `${where}: ${JSON.stringify(error.data)} is not allowed; expected ${error.parentSchema?.['x-expected'] ?? error.schema}`;
    default: {
      const expected: unknown = error.parentSchema?.['x-expected'];
      return `${where}: ${error.message}${typeof expected === 'string' ? `; expected ${expected}` : ''}`;
    }
  }
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
