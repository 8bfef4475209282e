import type { IPFamily } from './service.ts';

export function familyOf(address: string): IPFamily {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

/** `ip:port`, or `[ip]:port` for IPv6: how kube-proxy names an endpoint. */
export function joinHostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * The form in which kube-proxy compares addresses (net.ParseIP(…).String() in Go): no leading zeros, IPv6
 * compressed as in RFC 5952, IPv4-mapped IPv6 as IPv4. Text that is not an IP address is returned unchanged.
 */
export function canonicalIP(text: string): string {
  if (!text.includes(':')) return canonicalIPv4(text) ?? text;
  const groups = parseIPv6(text);
  if (!groups) return text;
  const mapped = groups.slice(0, 5).every(g => g === 0) && groups[5] === 0xffff;
  if (mapped)
    return groups
      .slice(6)
      .flatMap(g => [g >> 8, g & 255])
      .join('.');
  return formatIPv6(groups);
}

function canonicalIPv4(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^\d{1,9}$/.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number).join('.');
}

function parseIPv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '');
  const tail = parseGroups(halves[1] ?? '');
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const ipv4 = part.includes('.') ? canonicalIPv4(part)?.split('.').map(Number) : null;
    if (ipv4) groups.push(((ipv4[0] ?? 0) << 8) | (ipv4[1] ?? 0), ((ipv4[2] ?? 0) << 8) | (ipv4[3] ?? 0));
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

function formatIPv6(groups: readonly number[]): string {
  const run = longestZeroRun(groups);
  const hex = groups.map(group => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
