import { stringify } from 'yaml';
import type { Mismatch } from './compare.ts';
import type { RawCluster } from './generate/objects.ts';

/** A mismatch with the smallest cluster that shows it, ready for use as a test case. */
export function showMismatch(title: string, cluster: RawCluster, mismatch: Mismatch): string {
  const { service, what, ours, upstream } = mismatch;
  const items = [...cluster.nodes, ...cluster.services, ...cluster.slices];
  return [
    `${title}: ${service}, ${what}`,
    `  ours:     ${JSON.stringify(ours)}`,
    ...upstream.map(one => `  upstream: ${JSON.stringify(one)}`),
    items.map(item => stringify(item, { aliasDuplicateObjects: false })).join('---\n'),
  ].join('\n');
}

/** Lines in a frame that stands out in a log. */
export function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map(line => line.length));
  const rule = `+${'-'.repeat(width + 2)}+`;
  return [rule, ...lines.map(line => `| ${line.padEnd(width)} |`), rule].join('\n');
}
