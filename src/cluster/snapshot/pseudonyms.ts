import { canonicalIP, familyOf } from '../../model/ip.ts';

type NameKind = 'node' | 'zone' | 'ns' | 'svc' | 'slice' | 'port' | 'host' | 'label' | 'value' | 'manager';

/** Replaces names by numbered ones: equal names by equal names, different names by different names. */
export class Pseudonyms {
  readonly #tables = new Map<string, Map<string, string>>();

  /** Numbers follow the order of the calls, so names passed in sorted order stay sorted. The empty name stays empty. */
  name(sort: NameKind, original: string): string {
    if (original === '') return '';
    return this.#lookUp(sort, original, n => `anon-${sort}-${String(n).padStart(5, '0')}`);
  }

  /** Addresses come from reserved ranges: 240.0.0.0/4, and 2001:db8::/32 of RFC 3849. Anything else is a host name. */
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

  /** `10.0.0.0/8` keeps its prefix length. */
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
