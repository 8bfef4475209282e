import type { Finding } from '../../model/finding.ts';

/** Names of nodes that are compared; a report shows no more. */
export const NODES_COMPARED = 10;

/** True if a reader sees no difference. */
export function sameFinding(a: Finding, b: Finding | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.rule === b.rule &&
    a.level === b.level &&
    a.path === b.path &&
    a.message === b.message &&
    a.url === b.url &&
    a.fix?.description === b.fix?.description &&
    a.zones.join() === b.zones.join() &&
    a.nodes.length === b.nodes.length &&
    a.nodes.slice(0, NODES_COMPARED).join() === b.nodes.slice(0, NODES_COMPARED).join()
  );
}
