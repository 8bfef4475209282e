import { trafficNotes } from '../../engine/traffic/traffic-notes.ts';
import { sendersJson } from '../measured-traffic.ts';
import { zoneBytesJson } from '../zone-bytes.ts';
import type { ExplainedTraffic } from './measured.ts';

/** The field `traffic` of one Service of `explain -o json`. The field names are a contract. */
export function explainedTrafficJson(traffic: ExplainedTraffic, pricePerGB: number | null): object {
  const { summary, bytes, missing } = traffic;
  return {
    ...sendersJson(traffic),
    assumed: trafficNotes(summary),
    ...(missing && { missing: { nodes: missing.nodes, perSecond: missing.perSecond } }),
    ...(bytes && {
      ...(bytes.before && { before: zoneBytesJson(bytes.before, { pricePerGB }) }),
      [bytes.before ? 'after' : 'today']: zoneBytesJson(bytes.shown, { pricePerGB, isTemporary: missing !== null }),
    }),
  };
}
