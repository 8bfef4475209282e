import { trafficNotes } from '../../engine/traffic/traffic-notes.ts';
import { bytesText } from '../bytes.ts';
import { zoneBytesText } from '../zone-bytes.ts';
import type { ExplainedTraffic } from './measured.ts';
import type { ExplainStyle } from './style.ts';

/** The measured traffic of the Service, and its bytes between zones before and after a change. */
export function measuredLines(
  traffic: ExplainedTraffic | null,
  { pricePerGB = null }: ExplainStyle,
): readonly string[] {
  if (!traffic) return [];
  const { summary, bytes } = traffic;
  const notes = trafficNotes(summary).map(note => `  assumed: ${note}`);
  const measured = summary.perSecond > 0 ? [`  measured: ${rateText(traffic)}`] : [];
  if (!bytes) return [...measured, ...notes];
  const after = zoneBytesText(bytes.shown, pricePerGB);
  const rows = bytes.before
    ? [`  before: ${zoneBytesText(bytes.before, pricePerGB)}`, `  after: ${after}`]
    : [`  today: ${after}`];
  return [...measured, ...rows, ...notes];
}

function rateText({ unit, summary }: ExplainedTraffic): string {
  const { perSecond, clientNodes, withoutData } = summary;
  const rate = unit === 'bytes' ? bytesText(perSecond) : `${Number(perSecond.toPrecision(3))} requests`;
  return `${rate} per second from ${clientNodes - withoutData.count} of ${clientNodes} client nodes`;
}
