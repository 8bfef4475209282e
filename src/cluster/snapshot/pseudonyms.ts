import { canonicalIP, familyOf } from '../../model/ip.ts';

type Sort = 'node' | 'zone' | 'ns' | 'svc' | 'slice' | 'port' | 'host' | 'label' | 'value' | 'manager';

/** New names for old ones: the same for the same, never two for one, and none that says anything. */
export class Pseudonyms {
  readonly #tables = new Map<string, Map<string, string>>();

  /** Sorted as they come: who gives names in order keeps the order. The empty name stays empty. */
  name(sort: Sort, original: string): string {
    if (original === '') return '';
    return this.#lookUp(sort, original, n => `anon-${sort}-${String(n).padStart(5, '0')}`);
  }

  /** IPs from ranges that no cluster has: 240.0.0.0/4, and 2001:db8::/32 of RFC 3849. Others are host names. */
  address(original: string): string {
    const address = canonicalIP(original);
    if (!/^[\d.]+$|:/.test(address)) return this.name('host', address);
    if (familyOf(address) === 'IPv6') {
      return this.#lookUp('IPv6', address, n =>
        canonicalIP(`2001:db8::${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}`),
      );
    }
    return this.#lookUp('IPv4', address, n =>
      [240 | ((n >>> 24) & 15), (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.'),
    );
  }

  /** `10.0.0.0/8` keeps its length. */
  range(original: string): string {
    const [address = '', ...length] = original.split('/');
    return [this.address(address), ...length].join('/');
  }

  #lookUp(table: string, original: string, make: (n: number) => string): string {
    const names = this.#tables.get(table) ?? new Map<string, string>();
    this.#tables.set(table, names);
    const known = names.get(original);
    if (known !== undefined) return known;
    const made = make(names.size + 1);
    names.set(original, made);
    return made;
  }
}
