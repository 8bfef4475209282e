import type { EndpointHints } from '../../model/endpoint-slice.ts';

/** Upper bound of the table, which is then cleared: sharing must not become a memory leak. */
const MOST = 50_000;

const NO_ENTRIES: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** Shares one copy of each repeated string (zones, node names, label keys and values) and of each set of hints. */
export class StringTable {
  readonly #known = new Map<string, string>();
  readonly #hints = new Map<string, EndpointHints>();

  share(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }

  shareOrNull(text: string | null): string | null {
    return text === null ? null : this.share(text);
  }

  /** All endpoints of a zone or of a node carry the same hints. */
  shareHints(hints: EndpointHints): EndpointHints {
    const key = JSON.stringify([hints.zones, hints.nodes]);
    const known = this.#hints.get(key);
    if (known) return known;
    const shared = {
      zones: hints.zones.map(zone => this.share(zone)),
      nodes: hints.nodes.map(node => this.share(node)),
    };
    if (this.#hints.size >= MOST) this.#hints.clear();
    this.#hints.set(key, shared);
    return shared;
  }

  shareMap(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const entries = Object.entries(map);
    if (entries.length === 0) return NO_ENTRIES;
    const shared: Record<string, string> = Object.create(null);
    for (const [key, value] of entries) shared[this.share(key)] = this.share(value);
    return shared;
  }
}
