import type { MeasuredTraffic } from '../model/measured-traffic.ts';
import { plural, pluralForm } from '../model/plural.ts';
import type { SendersSummary } from '../topology/measured-senders.ts';
import { printable } from './printable.ts';

/** The measured traffic of one Service. */
export interface SendersOfService {
  readonly unit: MeasuredTraffic['unit'];
  readonly summary: SendersSummary;
}

/** The measured traffic of a run, and of each of its Services. */
export interface TrafficOfRun {
  readonly traffic: MeasuredTraffic;
  readonly services: readonly SendersOfService[];
  readonly pricePerGB: number | null;
}

/** The lines above the first Service, printable. */
export function trafficLines({ traffic, services, pricePerGB }: TrafficOfRun): readonly string[] {
  const { unit, origin, leftOut } = traffic;
  const { length: lacking } = services.filter(isWithoutData);
  const of = `${lacking} of ${plural(services.length, 'Service')} ${pluralForm(lacking, 'has', 'have')} none`;
  const without =
    lacking === 0 ? '' : `; ${of}: nodes send to ${pluralForm(lacking, 'it', 'them')} in proportion to their CPU`;
  const isIdle = services.every(({ summary }) => summary.perSecond === 0);
  const costs = isIdle ? '; no costs, as no client node has a measured rate above 0' : '';
  const price = pricePerGB === null ? [] : [`price between zones: ${pricePerGB} per GB (10^9 bytes)${costs}`];
  const lines = [
    `measured traffic: ${unit} per second from ${origin}${without}`,
    ...leftOut.map(note => `left out of it: ${note}`),
    ...price,
  ];
  return lines.map(printable);
}

/** The field `traffic` of a report. The field names are a contract. */
export function trafficJson({ traffic, services, pricePerGB }: TrafficOfRun): object {
  const { unit, origin, leftOut } = traffic;
  const { length: withoutData } = services.filter(isWithoutData);
  return {
    unit,
    from: origin,
    services: { measured: services.length - withoutData, withoutData },
    ...(pricePerGB !== null && { crossZonePricePerGB: pricePerGB }),
    leftOut,
  };
}

function isWithoutData({ summary }: SendersOfService): boolean {
  return summary.withoutData.count === summary.clientNodes;
}

/** The measured traffic of one Service in JSON. The field names are a contract. */
export function sendersJson({ unit, summary }: SendersOfService): object {
  const { by, perSecond, clientNodes, withoutData, elsewhere } = summary;
  return {
    unit,
    sharesBy: by,
    perSecond,
    clientNodes: { measured: clientNodes - withoutData.count, withoutData: withoutData.count },
    leftOut: { sources: elsewhere.count, perSecond: elsewhere.perSecond },
  };
}
