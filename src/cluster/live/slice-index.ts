import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { objectKey } from './resources.ts';

const NONE: readonly EndpointSlice[] = Object.freeze([]);

/** Slices by the Service they belong to. A Service's array stays the same until one of its slices changes. */
export class SliceIndex {
  readonly #byService = new Map<string, Map<string, EndpointSlice>>();
  readonly #lists = new Map<string, readonly EndpointSlice[]>();

  /** As told by the store; a slice may also move from one Service to another. */
  update(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    if (before) this.#remove(before);
    if (after) this.#add(after);
  }

  slices(namespace: string, serviceName: string): readonly EndpointSlice[] {
    const key = objectKey(namespace, serviceName);
    const known = this.#lists.get(key);
    if (known) return known;
    const slices = this.#byService.get(key);
    if (!slices) return NONE;
    const list = [...slices.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#lists.set(key, list);
    return list;
  }

  #add(slice: EndpointSlice): void {
    if (slice.serviceName === '') return;
    const key = objectKey(slice.namespace, slice.serviceName);
    const slices = this.#byService.get(key) ?? new Map<string, EndpointSlice>();
    this.#byService.set(key, slices.set(slice.name, slice));
    this.#lists.delete(key);
  }

  #remove(slice: EndpointSlice): void {
    const key = objectKey(slice.namespace, slice.serviceName);
    const slices = this.#byService.get(key);
    if (!slices?.delete(slice.name)) return;
    if (slices.size === 0) this.#byService.delete(key);
    this.#lists.delete(key);
  }
}
