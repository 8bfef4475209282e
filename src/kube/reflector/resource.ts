import type { StringInterner } from './string-interner.ts';

export type ResourceName = 'nodes' | 'services' | 'endpointslices' | 'namespaces' | 'pods';

/** One type of object to watch: its API path and its projection. */
export interface Resource<T> {
  readonly name: ResourceName;
  readonly path: string;
  /** Selects a part of the objects. */
  readonly query?: Readonly<Record<string, string>>;
  /** Accept headers; for metadata alone, lists and single objects have different media types. */
  readonly accept: { readonly list: string; readonly watch: string };
  /** Projects the parsed object. The result must not reference any object of `raw`; strings are fine. */
  project(raw: unknown, strings: StringInterner): T;
}
