import type { ErrorObject } from 'ajv';
import { isObject } from '../model/raw.ts';
import { nearest } from '../runtime/errors.ts';

/** The innermost error: those of `anyOf` itself say least, and that an object is no level not much more. */
export function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  const telling = errors.filter(({ keyword, data }) => keyword !== 'anyOf' && !(keyword === 'enum' && isObject(data)));
  const [first = errors[0]] = telling.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  if (!first) throw new Error('schema validation failed without an error');
  return first;
}

/** What is wrong, where, what was expected, and what was probably meant. */
export function describeError(error: ErrorObject, path: readonly string[]): string {
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

/** What was probably meant, and all that is known where that is a list one can read. */
function suggestion(word: string, known: readonly string[]): string {
  const list = known.length <= READABLE ? `expected ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}` : '';
  const near = known.length > 1 ? nearest(word, known) : null;
  const parts = [list, near === null ? '' : `did you mean ${near}?`].filter(part => part !== '');
  return parts.join('; ') || 'zonewise config schema lists what is known';
}

const READABLE = 20;
