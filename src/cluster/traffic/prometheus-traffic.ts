import { firstNames } from '../../model/first-names.ts';
import type { MeasuredTraffic, TrafficUnit } from '../../model/measured-traffic.ts';
import { plural } from '../../model/plural.ts';
import { InputError } from '../../runtime/errors.ts';
import type { InstantVector } from './prometheus-answer.ts';
import { type ClientOptions, type Query, withPrometheus } from './prometheus-client.ts';
import { PRESETS, type PresetName, type PresetRange, type TrafficLabels } from './prometheus-presets.ts';
import { ratesOf } from './prometheus-rates.ts';
import { type PrometheusServer, serverAddress } from './prometheus-server.ts';

/** The metrics of a known exporter, or any query that returns rates per second. */
export type TrafficQuery =
  | { readonly kind: 'preset'; readonly name: PresetName; readonly range: PresetRange }
  | {
      readonly kind: 'free';
      readonly promql: string;
      readonly labels: TrafficLabels;
      readonly unit: TrafficUnit;
    };

const MAX_SHOWN_REMARKS = 3;
const MAX_SHOWN_QUERY = 80;

/**
 * Reads the rates at this moment, per second. Throws InputError if the server cannot be read, rejects the query or answers
 * with anything but an instant vector, and if no element of it is usable. No message has credentials.
 */
export async function readPrometheusTraffic(
  server: PrometheusServer,
  request: TrafficQuery,
  options: ClientOptions,
): Promise<MeasuredTraffic> {
  const plan =
    request.kind === 'free'
      ? request
      : { ...PRESETS[request.name], promql: PRESETS[request.name].query(request.range) };
  return withPrometheus(server, options, async query => {
    const vector = await query(plan.promql);
    const { leftOut, ...sampled } = ratesOf(vector.samples, plan.labels);
    const remarks = [...leftOut, ...remarksOf(vector, request.kind)];
    if (sampled.rates.length === 0) throw await nothingMeasured({ server, request, query, remarks, vector });
    return { ...sampled, unit: plan.unit, origin: originOf(server, request), leftOut: remarks };
  });
}

function originOf(server: PrometheusServer, request: TrafficQuery): string {
  return `${requestText(request)} from ${serverAddress(server)}`;
}

function requestText(request: TrafficQuery): string {
  if (request.kind === 'preset') return `preset ${request.name} over ${request.range.window}`;
  const { promql } = request;
  return `query ${promql.length > MAX_SHOWN_QUERY ? `${promql.slice(0, MAX_SHOWN_QUERY)}...` : promql}`;
}

/** A remark about the query says something new only if the query is not one of zonewise. */
function remarksOf({ warnings, infos }: InstantVector, kind: TrafficQuery['kind']): readonly string[] {
  const listed = (what: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [`${plural(texts.length, what)} of the server: ${firstNames(texts, MAX_SHOWN_REMARKS)}`];
  return [...listed('warning', warnings), ...(kind === 'free' ? listed('remark', infos) : [])];
}

interface Nothing {
  readonly server: PrometheusServer;
  readonly request: TrafficQuery;
  readonly query: Query;
  readonly remarks: readonly string[];
  readonly vector: InstantVector;
}

/** The error for an answer without a usable series. For a preset a second query tells which of its metrics are missing. */
async function nothingMeasured({ server, request, query, remarks, vector }: Nothing): Promise<InputError> {
  const what = `${requestText(request)} from ${serverAddress(server)}`;
  const advice = 'without measured traffic, zonewise uses shares by CPU';
  if (vector.samples.length > 0) {
    return new InputError(`${what} has no usable series: ${remarks.join('; ')}; ${advice}`);
  }
  const why = request.kind === 'free' ? 'no series' : await missingMetrics(request, query);
  const also = remarks.length === 0 ? '' : `; ${remarks.join('; ')}`;
  return new InputError(`${what} has no data: ${why}${also}; ${advice}`);
}

async function missingMetrics(
  { name, range }: Extract<TrafficQuery, { kind: 'preset' }>,
  query: Query,
): Promise<string> {
  const { metrics } = PRESETS[name];
  const matchers = [`__name__=~"${metrics.join('|')}"`, range.matchers].filter(text => text !== '').join(',');
  const { samples } = await query(`group by (__name__) (last_over_time({${matchers}}[${range.window}]))`);
  const found = new Set(samples.map(({ labels }) => labels.__name__));
  const missing = metrics.filter(metric => !found.has(metric));
  if (missing.length > 0) return `the server has no ${missing.join(' and no ')} there`;
  return `the server has ${metrics.join(' and ')}, but no series to a Service of this cluster`;
}
