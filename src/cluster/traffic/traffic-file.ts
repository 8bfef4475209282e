import { type MeasuredTraffic, sourcesOf } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import { csvTraffic } from './csv-traffic.ts';
import { jsonTraffic } from './json-traffic.ts';

/** 1,000 Services with a row for each of 1,000 nodes fit. */
export const MAX_TRAFFIC_BYTES = 128 * 1024 * 1024;
const MAX_ROWS = 1_000_000;

/**
 * The traffic of a CSV text with a header, or of a JSON list of objects with the same names. Rows about the same Service and
 * source are summed. Throws InputError with the file, the row and the column. `file` is the name in messages.
 */
export function parseTraffic(text: string, file: string, { maxRows = MAX_ROWS } = {}): MeasuredTraffic {
  if (text.length > MAX_TRAFFIC_BYTES) throw new InputError(`has more than ${MAX_TRAFFIC_BYTES} bytes`, { file });
  if (text.includes('\0')) throw new InputError('has characters with the code 0; expected UTF-8 text', { file });
  const isJson = /^\uFEFF?\s*[[{]/.test(text);
  const { unit, rates } = (isJson ? jsonTraffic : csvTraffic)({ text, file, maxRows });
  if (rates.length === 0) {
    throw new InputError('has no row; expected one for each Service and source of its traffic', { file });
  }
  return { unit, rates, measured: sourcesOf(rates), origin: file === '-' ? 'standard input' : file, leftOut: [] };
}
