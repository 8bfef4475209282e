import { CsvError, parse } from 'csv-parse/sync';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import { RateSums } from './rate-sums.ts';
import { TrafficRowReader } from './traffic-row.ts';

/** No name and no number is as long. */
const MAX_RECORD_CHARACTERS = 10_000;

export interface TrafficText {
  readonly text: string;
  /** For messages. */
  readonly file: string;
  readonly maxRows: number;
}

/** The rates of a CSV text whose first line names the columns. Throws InputError. */
export function csvTraffic({ text, file, maxRows }: TrafficText): Pick<MeasuredTraffic, 'unit' | 'rates'> {
  const sums = new RateSums();
  let reader: TrafficRowReader | null = null;
  let rows = 0;
  const readRow = (cells: readonly string[], { lines: line }: { readonly lines: number }) => {
    if (!reader) {
      reader = new TrafficRowReader(cells, { file, line });
      return null;
    }
    rows++;
    if (rows > maxRows) throw new InputError(`more than ${maxRows} rows`, { file, line });
    sums.add(reader.read({ line, cells }));
    return null;
  };
  try {
    parse(text, { ...OPTIONS, on_record: readRow });
  } catch (cause) {
    throw cause instanceof CsvError ? malformed(cause, file) : cause;
  }
  return { unit: unitOf(reader), rates: sums.result() };
}

const OPTIONS = {
  bom: true,
  trim: true,
  skip_empty_lines: true,
  relax_column_count: true,
  max_record_size: MAX_RECORD_CHARACTERS,
} as const;

function unitOf(reader: TrafficRowReader | null): MeasuredTraffic['unit'] {
  return reader?.unit ?? 'bytes';
}

function malformed(cause: CsvError, file: string): InputError {
  const line = Number(cause.lines ?? 0);
  const place = { file, cause, ...(line > 0 && { line }) };
  if (cause.code === 'CSV_MAX_RECORD_SIZE') {
    return new InputError(`a row is longer than ${MAX_RECORD_CHARACTERS} characters; expected CSV or JSON`, place);
  }
  return new InputError('is not CSV: a quoted value does not end, or text follows its end', place);
}
