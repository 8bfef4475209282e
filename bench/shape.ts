/** The shape of a JSON value; its TypeScript type follows from it. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | readonly ['or null', Shape]
  | readonly ['list', Shape]
  | { readonly [field: string]: Shape };

export type Of<S> = S extends 'string'
  ? string
  : S extends 'number'
    ? number
    : S extends 'boolean'
      ? boolean
      : S extends readonly ['or null', infer T]
        ? Of<T> | null
        : S extends readonly ['list', infer T]
          ? readonly Of<T>[]
          : { readonly [K in keyof S]: Of<S[K]> };

/** Every place at which a value differs from the shape: a missing or unknown field, another type. */
export function misfits(value: unknown, shape: Shape, at = 'it'): readonly string[] {
  if (shape === 'number') return Number.isFinite(value) ? [] : [`${at} is not a number`];
  if (typeof shape === 'string') return typeof value === shape ? [] : [`${at} is not a ${shape}`];
  if (isTagged(shape)) {
    const [tag, inner] = shape;
    if (tag === 'or null') return value === null ? [] : misfits(value, inner, at);
    if (!Array.isArray(value)) return [`${at} is not a list`];
    return value.flatMap((item, index) => misfits(item, inner, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not an object`];
  const fields = value as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(shape).flatMap(([name, inner]) =>
    name in fields ? misfits(fields[name], inner, `${at}.${name}`) : [`${at}.${name} is missing`],
  );
  const unknown = Object.keys(fields).filter(name => !(name in shape));
  return [...wrong, ...unknown.map(name => `${at}.${name} is unknown`)];
}

function isTagged(shape: Exclude<Shape, string>): shape is readonly ['or null' | 'list', Shape] {
  return Array.isArray(shape);
}
