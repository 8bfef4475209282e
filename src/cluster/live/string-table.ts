/** Above this many different strings the table starts anew: sharing is a saving, never worth a leak. */
const MOST = 50_000;

/** One copy of each string that repeats over many objects: zones, node names, label keys and values. */
export class StringTable {
  #known = new Map<string, string>();

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

  shareAll(texts: readonly string[]): readonly string[] {
    return texts.map(text => this.share(text));
  }

  shareMap(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const shared: Record<string, string> = Object.create(null);
    for (const [key, value] of Object.entries(map)) shared[this.share(key)] = this.share(value);
    return shared;
  }
}
