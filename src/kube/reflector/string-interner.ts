import type { EndpointHints } from '../../model/endpoint-slice.ts';

/** Upper bound of the table, which is then cleared: sharing must not become a memory leak. */
const MAX_INTERNED_STRINGS = 50_000;

const NO_ENTRIES: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** Shares one copy of each repeated string (zones, node names, label keys and values) and of each set of hints. */
export class StringInterner {
  readonly #known = new Map<string, string>();
  readonly #hints = new Map<string, EndpointHints>();
  readonly #values = new Map<string, object>();

  intern(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_INTERNED_STRINGS) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }

  shareOrNull(text: string | null): string | null {
    return text === null ? null : this.intern(text);
  }

  /** All endpoints of a zone or of a node carry the same hints. */
  internHints(hints: EndpointHints): EndpointHints {
    const key = JSON.stringify([hints.zones, hints.nodes]);
    const known = this.#hints.get(key);
    if (known) return known;
    const shared = {
      zones: hints.zones.map(zone => this.intern(zone)),
      nodes: hints.nodes.map(node => this.intern(node)),
    };
    if (this.#hints.size >= MAX_INTERNED_STRINGS) this.#hints.clear();
    this.#hints.set(key, shared);
    return shared;
  }

  /** Shares one copy of each value with the same JSON, such as the labels of all Pods of a workload. */
  shareValue<T extends object>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#values.get(key);
    // The same JSON from the same projection has the same type.
    if (known) return known as T;
    if (this.#values.size >= MAX_INTERNED_STRINGS) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }

  internMap(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const entries = Object.entries(map);
    if (entries.length === 0) return NO_ENTRIES;
    const shared: Record<string, string> = Object.create(null);
    for (const [key, value] of entries) shared[this.intern(key)] = this.intern(value);
    return shared;
  }
}
