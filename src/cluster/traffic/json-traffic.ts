import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import type { TrafficText } from './csv-traffic.ts';
import { flatJsonProblem } from './flat-json.ts';
import { RateSums } from './rate-sums.ts';
import { TrafficRowReader } from './traffic-row.ts';

const EXPECTED =
  'expected a list of objects such as {"service": "shop/web", "node": "node-1", "bytes_per_second": 1250.5}';

/** The rates of a JSON list of objects, whose keys are the columns. Throws InputError. */
export function jsonTraffic({ text, file, maxRows }: TrafficText): Pick<MeasuredTraffic, 'unit' | 'rates'> {
  if (!/^\uFEFF?\s*\[/.test(text)) throw new InputError(`is not a list; ${EXPECTED}`, { file });
  const problem = flatJsonProblem(text, maxRows);
  if (problem !== null) throw new InputError(`${problem}; ${EXPECTED}`, { file });
  const list = parsed(text, file);
  const rows = list.map((item, i) => cellsOf(item, `row ${i + 1}`, file));
  const columns = [...new Set(rows.flatMap(cells => [...cells.keys()]))];
  if (rows.length === 0) return { unit: 'bytes', rates: [] };
  const reader = new TrafficRowReader(columns, { file });
  const sums = new RateSums();
  for (const [i, cells] of rows.entries()) {
    sums.add(reader.read({ row: i + 1, cells: columns.map(name => cells.get(name) ?? '') }));
  }
  return { unit: reader.unit, rates: sums.result() };
}

function parsed(text: string, file: string): readonly unknown[] {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new InputError(`is not JSON; ${EXPECTED}`, { file, cause });
  }
}

/** Texts and numbers by column; `null` is an empty cell. */
function cellsOf(item: unknown, place: string, file: string): ReadonlyMap<string, string> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new InputError(`${place} is not an object; ${EXPECTED}`, { file });
  }
  const cells = new Map<string, string>();
  for (const [name, value] of Object.entries(item)) {
    if (value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new InputError(
        `${place}: ${JSON.stringify(name.slice(0, 60))} is neither a text nor a number; ${EXPECTED}`,
        { file },
      );
    }
    cells.set(name, String(value));
  }
  return cells;
}
