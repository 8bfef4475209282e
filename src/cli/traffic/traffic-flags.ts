import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import type { FlagValues } from '../flags/flags.ts';
import { quoted } from '../flags/quoted.ts';
import { PROMETHEUS_FLAGS } from './prometheus-flags.ts';

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

/** The price of a GB; `null` without the flag. Throws InputError for a malformed number, and if no bytes are measured. */
export function crossZonePrice(
  { 'cross-zone-price': text }: TrafficFlags,
  measured: Pick<MeasuredTraffic, 'unit'> | null,
): number | null {
  if (text === undefined) return null;
  const shown = `--cross-zone-price ${quoted(text)}`;
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text)) {
    throw new InputError(`${shown}: expected the price of a GB as a number from 0 to 999999, such as 0.02`);
  }
  if (measured?.unit === 'bytes') return Number(text);
  const given = measured === null ? 'there is no measured traffic' : 'the measured traffic counts requests';
  throw new InputError(`${shown}: ${given}; expected bytes, as --traffic reads them from the column bytes_per_second`);
}
