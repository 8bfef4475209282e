import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import { flagWords } from '../flags/cluster-words.ts';
import type { ClusterFlags, FlagValues } from '../flags/flags.ts';
import { quoted } from '../flags/quoted.ts';
import { PROMETHEUS_FLAGS, type PrometheusRequest, parsePrometheus } from './prometheus-flags.ts';

/** Measured traffic, and what its bytes cost. `load-traffic.ts` reads it. */
export const TRAFFIC_FLAGS = {
  traffic: {
    value: 'file',
    description:
      'measured traffic, which replaces shares by CPU: CSV or JSON with the columns service, node or zone, and ' +
      'bytes_per_second or requests_per_second; - for standard input',
  },
  ...PROMETHEUS_FLAGS,
  'cross-zone-price': {
    value: 'number',
    description: 'what a GB (10^9 bytes) between zones costs, to show the costs of a month; needs measured bytes',
  },
} as const;

export type TrafficFlags = Partial<FlagValues<typeof TRAFFIC_FLAGS>>;

/** Where measured traffic is read from. */
export type TrafficInput =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'prometheus'; readonly request: PrometheusRequest };

/** The input that the flags name; `null` without them. No traffic is read yet. Throws InputError for malformed flags. */
export function parseTrafficFlags(values: TrafficFlags & Pick<ClusterFlags, 'topology'>): TrafficInput | null {
  const { traffic, topology, 'cross-zone-price': price } = values;
  const request = parsePrometheus(values);
  if (request !== null && traffic !== undefined) {
    throw new InputError('--prometheus and --traffic exclude each other');
  }
  if (traffic === '-' && topology?.includes('-')) {
    throw new InputError(
      '--topology - and --traffic -: standard input can be read once; expected a file for one of them',
    );
  }
  if (price !== undefined && !/^\d{1,6}(\.\d{1,6})?$/.test(price)) {
    throw new InputError(
      `--cross-zone-price ${quoted(price)}: expected the price of a GB as a number from 0 to 999999, such as 0.02`,
    );
  }
  if (request !== null) return { kind: 'prometheus', request };
  return traffic === undefined ? null : { kind: 'file', file: traffic };
}

/** The price of a GB; `null` without the flag. Throws InputError if no bytes are measured. */
export function crossZonePrice(
  { 'cross-zone-price': price }: TrafficFlags,
  measured: Pick<MeasuredTraffic, 'unit'> | null,
): number | null {
  if (price === undefined) return null;
  if (measured?.unit === 'bytes') return Number(price);
  const given = measured === null ? 'there is no measured traffic' : 'the measured traffic counts requests';
  throw new InputError(
    `--cross-zone-price ${quoted(price)}: ${given}; expected bytes, from --traffic FILE with a column bytes_per_second or from --prometheus`,
  );
}

/** The flags as words, for the commands that check the advice. */
export function trafficWords({ prometheus, traffic, ...values }: TrafficFlags): readonly string[] {
  const shown = {
    ...values,
    // Standard input is read already.
    traffic: traffic === '-' ? 'FILE' : traffic,
    prometheus: prometheus === undefined ? undefined : withoutCredentials(prometheus),
  };
  return flagWords(TRAFFIC_FLAGS, shown);
}

/** A password must not reach an output. */
function withoutCredentials(text: string): string {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}
