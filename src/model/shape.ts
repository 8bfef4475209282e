import { isObject } from './raw.ts';

/** The values that a field of a manifest may hold. Absent and null fields are valid, as for the API server. */
export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'port'
  | 'node port'
  | 'number or string'
  | 'map of strings'
  | { readonly listOf: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** A field that cannot be read. */
export interface ShapeError {
  readonly path: string;
  readonly expected: string;
}

/** The first field below the value that has another shape, `null` if there is none. */
export function shapeError(value: unknown, shape: Shape, path = ''): ShapeError | null {
  if (value === undefined || value === null) return null;
  if (typeof shape === 'string') return isScalarOf(value, shape) ? null : problem(path, value, TEXTS[shape]);
  if ('listOf' in shape) {
    const of = typeof shape.listOf === 'string' ? `${shape.listOf}s` : 'objects';
    if (!Array.isArray(value)) return problem(path, value, `a list of ${of}`);
    return first(value.length, i => itemError(value[i], shape.listOf, `${path}[${i}]`));
  }
  if (!isObject(value)) return problem(path, value, 'an object');
  const names = Object.keys(shape.fields);
  return first(names.length, i => {
    const name = names[i] ?? '';
    return shapeError(value[name], shape.fields[name] ?? { fields: {} }, path === '' ? name : `${path}.${name}`);
  });
}

/** Unlike a field, an item of a list must be there. */
function itemError(item: unknown, shape: Shape, path: string): ShapeError | null {
  if (item !== undefined && item !== null) return shapeError(item, shape, path);
  return problem(path, null, typeof shape === 'string' ? TEXTS[shape] : 'an object');
}

function first(count: number, at: (i: number) => ShapeError | null): ShapeError | null {
  for (let i = 0; i < count; i++) {
    const error = at(i);
    if (error) return error;
  }
  return null;
}

type ScalarShape = Extract<Shape, string>;

const TEXTS: Readonly<Record<ScalarShape, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  port: 'a port from 1 to 65535',
  'node port': 'a port from 1 to 65535',
  'number or string': 'a number or a string',
  'map of strings': 'a map of strings',
};

function isScalarOf(value: unknown, shape: ScalarShape): boolean {
  switch (shape) {
    case 'string':
    case 'boolean':
      return typeof value === shape;
    case 'integer':
      return Number.isInteger(value);
    case 'port':
      return isWithin(value, 1);
    case 'node port':
      // 0 is unset.
      return isWithin(value, 0);
    case 'number or string':
      return typeof value === 'number' || typeof value === 'string';
    case 'map of strings':
      return isObject(value) && Object.values(value).every(isStringInMap);
    default:
      return shape satisfies never;
  }
}

const MAX_PORT = 65_535;

function isWithin(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= MAX_PORT;
}

/** Go reads null in a map of strings, which templates produce, as the empty string. */
function isStringInMap(item: unknown): boolean {
  return typeof item === 'string' || item === null;
}

function problem(path: string, value: unknown, expected: string): ShapeError {
  return { path, expected: `expected ${expected}, found ${found(value, expected)}` };
}

const MAX_SHOWN_CHARS = 60;

function found(value: unknown, expected: string): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (!isObject(value)) return shown(value);
  const odd = expected === TEXTS['map of strings'] && Object.entries(value).find(([, item]) => !isStringInMap(item));
  return odd ? `${odd[0]}: ${shown(odd[1])}` : 'an object';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
