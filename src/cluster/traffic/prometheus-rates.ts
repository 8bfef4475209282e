import type { TrafficRate, TrafficSource } from '../../model/measured-traffic.ts';
import type { Sample } from './prometheus-answer.ts';
import type { TrafficLabels } from './prometheus-presets.ts';
import { MAX_RATE, RateSums } from './rate-sums.ts';

/** Istio and Retina write it for what they do not know. */
const UNKNOWN = 'unknown';
/** A DNS subdomain, as the names of Nodes are. An `instance` such as 10.0.0.1:9090 is not one. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** Of pairs of Service and zone, for which rates of 0 are added. */
const MAX_PAIRS = 1_000_000;

export interface SampleRates {
  readonly rates: readonly TrafficRate[];
  /** Nodes with a rate to any Service: their traffic is measured, so that without a rate to another Service there is none. */
  readonly measuredNodes: ReadonlySet<string>;
  /** What is not in `rates`, one sentence each with its count. */
  readonly leftOut: readonly string[];
}

/** The rates of the samples; those of one Service and source are added. */
export function ratesOf(samples: readonly Sample[], labels: TrafficLabels): SampleRates {
  const sums = new RateSums();
  const withoutPart = { service: 0, source: 0, number: 0 };
  for (const { labels: values, value } of samples) {
    const service = known(values[labels.service]);
    const namespace = known(values[labels.namespace]);
    const from = sourceOf(values, labels);
    if (service === null || namespace === null) withoutPart.service++;
    else if (from === null) withoutPart.source++;
    else if (!(value >= 0 && value <= MAX_RATE)) withoutPart.number++;
    else sums.add({ namespace, service, from, perSecond: value });
  }
  const rates = sums.result();
  const nodes = rates.filter(({ from }) => from.kind === 'node').map(({ from }) => from.name);
  const source = [labels.node, labels.zone].filter(label => label !== undefined).join(' or ');
  return {
    rates: withZeroOfZones(rates, sums),
    measuredNodes: new Set(nodes),
    leftOut: [
      ...counted(withoutPart.service, `without a Service in the labels ${labels.namespace} and ${labels.service}`),
      ...counted(withoutPart.source, `without a source in the label ${source}`),
      ...counted(withoutPart.number, `whose value is not a number from 0 to ${MAX_RATE}`),
    ],
  };
}

function counted(n: number, what: string): readonly string[] {
  return n === 0 ? [] : [`${n} series ${what}`];
}

/** A zone with a rate to any Service is measured, so that without a rate to another Service it sends nothing there. */
function withZeroOfZones(rates: readonly TrafficRate[], sums: RateSums): readonly TrafficRate[] {
  const zones = new Map(rates.filter(({ from }) => from.kind === 'zone').map(({ from }) => [from.name, from]));
  const services = new Map(rates.map(rate => [`${rate.namespace}/${rate.service}`, rate]));
  if (zones.size * services.size > MAX_PAIRS) return rates;
  for (const { namespace, service } of services.values()) {
    for (const from of zones.values()) sums.add({ namespace, service, from, perSecond: 0 });
  }
  return sums.result();
}

function sourceOf(values: Readonly<Record<string, string>>, { node, zone }: TrafficLabels): TrafficSource | null {
  const nodeName = node === undefined ? null : known(values[node]);
  if (nodeName !== null && NODE_NAME.test(nodeName)) return { kind: 'node', name: nodeName };
  const zoneName = zone === undefined ? null : known(values[zone]);
  return zoneName === null ? null : { kind: 'zone', name: zoneName };
}

function known(value: string | undefined): string | null {
  return value === undefined || value === '' || value === UNKNOWN ? null : value;
}
