import type { Finding } from '../../model/finding.ts';

/** Nodes and zones that a report names per result. Further nodes are not compared, as their change would change no report. */
export const MAX_NAMES = 10;

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
    a.nodes.slice(0, MAX_NAMES).join() === b.nodes.slice(0, MAX_NAMES).join()
  );
}
