import { firstNames } from '../../model/first-names.ts';
import { plural, pluralForm } from '../../model/plural.ts';
import type { MeasuredSenders } from '../../topology/measured-senders.ts';

const MAX_NAMED = 3;

/** The assumptions of the shares of a Service beside its measured rates, one sentence each. */
export function trafficNotes(senders: MeasuredSenders, clientNodes: number): readonly string[] {
  return [...fallbackNotes(senders, clientNodes), ...elsewhereNotes(senders)];
}

function fallbackNotes({ by, withoutData }: MeasuredSenders, clientNodes: number): readonly string[] {
  const lacking = withoutData.length;
  if (lacking === clientNodes) return ['no client node has measured traffic: each sends in proportion to its CPU'];
  if (by === 'cpu') return ['all measured rates of its client nodes are 0: each sends in proportion to its CPU'];
  if (lacking === 0) return [];
  const of = `${lacking} of ${plural(clientNodes, 'client node')} ${pluralForm(lacking, 'has', 'have')} no measured traffic`;
  return [`${of} (${firstNames(withoutData, MAX_NAMED)}): each sends as much per CPU as the others`];
}

function elsewhereNotes({ elsewhere, perSecond }: MeasuredSenders): readonly string[] {
  const { sources } = elsewhere;
  if (sources.length === 0) return [];
  const share = Math.round((100 * elsewhere.perSecond) / Math.max(Number.MIN_VALUE, elsewhere.perSecond + perSecond));
  const are = pluralForm(sources.length, 'which is not among', 'which are not among');
  const from = `that of ${firstNames(sources, MAX_NAMED)}, ${are} its client nodes`;
  return [`${share} % of its measured traffic is left out: ${from}`];
}
