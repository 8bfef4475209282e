import { isObject } from '../model/raw.ts';

export interface ShapeError {
  readonly path: string;
  readonly expected: string;
}

type Shape = 'object' | 'list' | 'string' | 'strings' | 'map of strings';

/** Fields that zonewise reads and the traffic schema does not cover. */
const SHAPES: readonly (readonly [path: readonly string[], shape: Shape])[] = [
  [['metadata'], 'object'],
  [['metadata', 'labels'], 'map of strings'],
  [['metadata', 'annotations'], 'map of strings'],
  [['spec'], 'object'],
  [['spec', 'type'], 'string'],
  [['spec', 'clusterIP'], 'string'],
  [['spec', 'selector'], 'map of strings'],
  [['spec', 'ports'], 'list'],
  [['spec', 'externalIPs'], 'strings'],
  [['spec', 'ipFamilies'], 'strings'],
];

/** The fields of a manifest whose type is not that of a Service, so they cannot be read. */
export function fieldShapeErrors(raw: unknown): readonly ShapeError[] {
  return SHAPES.flatMap(([path, shape]) => {
    const value = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), raw);
    if (value === undefined || value === null || hasShape(value, shape)) return [];
    return [{ path: path.join('.'), expected: `expected ${article(shape)}, found ${describe(value)}` }];
  });
}

function hasShape(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'object':
      return isObject(value);
    case 'list':
      return Array.isArray(value) && value.every(isObject);
    case 'string':
      return typeof value === 'string';
    case 'strings':
      return Array.isArray(value) && value.every(item => typeof item === 'string');
    case 'map of strings':
      return isObject(value) && Object.values(value).every(isStringInMap);
    default:
      return shape satisfies never;
  }
}

/** Go reads null in a map of strings, which templates produce, as the empty string. */
function isStringInMap(item: unknown): boolean {
  return typeof item === 'string' || item === null;
}

function article(shape: Shape): string {
  if (shape === 'strings') return 'a list of strings';
  if (shape === 'list') return 'a list of objects';
  return shape === 'object' ? 'an object' : `a ${shape}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) {
    const odd = Object.entries(value).find(([, item]) => !isStringInMap(item));
    return odd ? `${odd[0]}: ${JSON.stringify(odd[1])}` : 'an object';
  }
  return JSON.stringify(value);
}
