import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { objectKey } from '../../model/object-key.ts';

type Slices = readonly EndpointSlice[];

const NONE: Slices = Object.freeze([]);

/** EndpointSlices by Service, ordered by name. A Service's array is replaced only when one of its slices changes. */
export class SliceIndex {
  readonly #byService = new Map<string, Slices>();

  /** Applies one change of the store; a slice may also move to another Service. */
  update(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    if (before) this.#put(before, slices => slices.filter(({ name }) => name !== before.name));
    if (after) this.#put(after, slices => inserted(slices, after));
  }

  slices(namespace: string, serviceName: string): Slices {
    return this.#byService.get(objectKey(namespace, serviceName)) ?? NONE;
  }

  #put({ namespace, serviceName }: EndpointSlice, change: (slices: Slices) => Slices): void {
    if (serviceName === '') return;
    const key = objectKey(namespace, serviceName);
    const slices = change(this.#byService.get(key) ?? NONE);
    if (slices.length > 0) this.#byService.set(key, slices);
    else this.#byService.delete(key);
  }
}

function inserted(slices: Slices, slice: EndpointSlice): Slices {
  const at = slices.findIndex(({ name }) => name > slice.name);
  return slices.toSpliced(at < 0 ? slices.length : at, 0, slice);
}
