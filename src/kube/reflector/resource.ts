import type { StringTable } from './string-interner.ts';

export type ResourceName = 'nodes' | 'services' | 'endpointslices' | 'namespaces';

/** One kind of object to watch: where it is served and what is kept of it. */
export interface Resource<T> {
  readonly name: ResourceName;
  readonly path: string;
  /** Accept headers; metadata alone is a media type of its own for lists and for single objects. */
  readonly accept: { readonly list: string; readonly watch: string };
  /** From the parsed object to what is kept; nothing of `raw` may live on in it but strings. */
  project(raw: unknown, strings: StringTable): T;
}
