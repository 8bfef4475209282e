import { namesOf } from '../../model/first-names.ts';
import { plural, pluralForm } from '../../model/plural.ts';
import type { CountedNames, SendersSummary } from '../../topology/measured-senders.ts';

/** The assumptions of the shares of a Service beside its measured rates, one sentence each. */
export function trafficNotes(summary: SendersSummary): readonly string[] {
  return [...fallbackNotes(summary), ...elsewhereNotes(summary)];
}

function fallbackNotes({ by, clientNodes, withoutData }: SendersSummary): readonly string[] {
  const { count } = withoutData;
  if (count === clientNodes) return ['no client node has measured traffic: each sends in proportion to its CPU'];
  if (by === 'cpu') return ['all measured rates of its client nodes are 0: each sends in proportion to its CPU'];
  if (count === 0) return [];
  const of = `${count} of ${plural(clientNodes, 'client node')} ${pluralForm(count, 'has', 'have')} no measured traffic`;
  return [`${of} (${namesText(withoutData)}): each sends as much per CPU as the others`];
}

function elsewhereNotes({ elsewhere, perSecond }: SendersSummary): readonly string[] {
  if (elsewhere.count === 0) return [];
  const share = Math.round((100 * elsewhere.perSecond) / Math.max(Number.MIN_VALUE, elsewhere.perSecond + perSecond));
  const are = pluralForm(elsewhere.count, 'which is not among', 'which are not among');
  const from = `that of ${namesText(elsewhere)}, ${are} its client nodes`;
  return [`${share} % of its measured traffic is left out: ${from}`];
}

function namesText({ count, first }: CountedNames): string {
  return namesOf(first, count);
}
