import { trafficNotes } from '../../engine/traffic/traffic-notes.ts';
import { firstNames } from '../../model/first-names.ts';
import { pluralForm } from '../../model/plural.ts';
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
  const { summary, bytes, missing } = traffic;
  const notes = trafficNotes(summary).map(note => `  assumed: ${note}`);
  const measured = summary.perSecond > 0 ? [`  measured: ${rateText(traffic)}`] : [];
  const without = missingLine(traffic);
  if (!bytes) return [...measured, ...without, ...notes];
  const after = zoneBytesText(bytes.shown, { pricePerGB, isTemporary: missing !== null });
  const rows = bytes.before
    ? [`  before: ${zoneBytesText(bytes.before, { pricePerGB })}`, `  after: ${after}`]
    : [`  today: ${after}`];
  return [...measured, ...rows, ...without, ...notes];
}

const MAX_MISSING_NAMES = 3;

function missingLine({ unit, missing }: ExplainedTraffic): readonly string[] {
  if (missing === null || missing.nodes.length === 0) return [];
  const are = pluralForm(missing.nodes.length, 'which sends nothing', 'which send nothing');
  const names = firstNames(missing.nodes, MAX_MISSING_NAMES);
  return [`  missing: ${amountText(missing.perSecond, unit)} per second of ${names}, ${are} in this scenario`];
}

function rateText({ unit, summary }: ExplainedTraffic): string {
  const { perSecond, clientNodes, withoutData } = summary;
  return `${amountText(perSecond, unit)} per second from ${clientNodes - withoutData.count} of ${clientNodes} client nodes`;
}

function amountText(amount: number, unit: ExplainedTraffic['unit']): string {
  return unit === 'bytes' ? bytesText(amount) : `${Number(amount.toPrecision(3))} requests`;
}
