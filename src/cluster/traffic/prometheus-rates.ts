import { type MeasuredSources, sourcesOf, type TrafficRate, type TrafficSource } from '../../model/measured-traffic.ts';
import type { Sample } from './prometheus-answer.ts';
import type { TrafficLabels } from './prometheus-presets.ts';
import { MAX_RATE, RateSums } from './rate-sums.ts';

/** Istio and Retina write it for what they do not know. */
const UNKNOWN = 'unknown';
/** A DNS subdomain, as the names of Nodes are. An `instance` such as 10.0.0.1:9090 is not one. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export interface SampleRates {
  readonly rates: readonly TrafficRate[];
  readonly measured: MeasuredSources;
  /** One sentence with a count for each reason why series are not in `rates`. */
  readonly leftOut: readonly string[];
}

/**
 * The rates of the samples; those of one Service and source are added. If series have a node, those without are left out, even
 * with a zone: the rate of a zone would stand for all its nodes.
 */
export function ratesOf(samples: readonly Sample[], labels: TrafficLabels): SampleRates {
  const kind = samples.some(sample => nodeOf(sample, labels) !== null) ? 'node' : 'zone';
  const nameOf = kind === 'node' ? nodeOf : zoneOf;
  const sums = new RateSums();
  const unusable = { service: 0, source: 0, number: 0 };
  for (const sample of samples) {
    const service = known(sample, labels.service);
    const namespace = known(sample, labels.namespace);
    const name = nameOf(sample, labels);
    if (service === null || namespace === null) unusable.service++;
    else if (name === null) unusable.source++;
    else if (!(sample.value >= 0 && sample.value <= MAX_RATE)) unusable.number++;
    else sums.add({ namespace, service, from: { kind, name }, perSecond: sample.value });
  }
  const rates = sums.result();
  return {
    rates,
    measured: sourcesOf(rates),
    leftOut: [
      ...counted(unusable.service, `without a Service in the labels ${labels.namespace} and ${labels.service}`),
      ...counted(unusable.source, withoutSource(kind, labels)),
      ...counted(unusable.number, `whose value is not a number from 0 to ${MAX_RATE}`),
    ],
  };
}

function withoutSource(kind: TrafficSource['kind'], { node, zone }: TrafficLabels): string {
  if (kind === 'node') return `without a node in the label ${node}, which others have`;
  return `without a source in the label ${[node, zone].filter(label => label !== undefined).join(' or ')}`;
}

function counted(n: number, what: string): readonly string[] {
  return n === 0 ? [] : [`${n} series ${what}`];
}

function nodeOf(sample: Sample, { node }: TrafficLabels): string | null {
  const name = known(sample, node);
  return name !== null && NODE_NAME.test(name) ? name : null;
}

function zoneOf(sample: Sample, { zone }: TrafficLabels): string | null {
  return known(sample, zone);
}

function known({ labels }: Sample, label: string | undefined): string | null {
  const value = label === undefined ? undefined : labels[label];
  return value === undefined || value === '' || value === UNKNOWN ? null : value;
}
