import type { TrafficRate, TrafficUnit } from '../../model/measured-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import { MAX_RATE } from './rate-sums.ts';

/** One row as text. `line` or `row` is its place, counted from 1. */
export interface RawRow {
  readonly line?: number;
  readonly row?: number;
  /** In the order of the columns; `''` for an empty cell. */
  readonly cells: readonly string[];
}

export const RATE_COLUMNS: Readonly<Record<TrafficUnit, string>> = {
  bytes: 'bytes_per_second',
  requests: 'requests_per_second',
};
const COLUMNS = ['namespace', 'service', 'node', 'zone', ...Object.values(RATE_COLUMNS)];
const COLUMNS_EXPECTED =
  'the columns service, node or zone, and bytes_per_second or requests_per_second; ' +
  'service is NAMESPACE/NAME, or there is a column namespace';
const EXPECTED = `expected ${COLUMNS_EXPECTED}`;

const MAX_SHOWN = 60;

/** Reads rows of a file whose columns are known. */
export class TrafficRowReader {
  readonly unit: TrafficUnit;
  readonly #file: string;
  readonly #columns: readonly string[];
  readonly #at: ReadonlyMap<string, number>;

  /** Throws InputError for columns that are missing, unknown, there twice, or exclude each other. */
  constructor(columns: readonly string[], { file, line }: { readonly file: string; readonly line?: number }) {
    this.#file = file;
    this.#columns = columns;
    this.#at = new Map(columns.map((name, i) => [name, i]));
    const problem = columnProblem(columns);
    if (problem !== null) throw new InputError(problem, { file, ...(line !== undefined && { line }) });
    this.unit = columns.includes(RATE_COLUMNS.bytes) ? 'bytes' : 'requests';
  }

  /** Throws InputError for a row that is not usable, with its place, its column and what is expected there. */
  read(row: RawRow): TrafficRate {
    if (row.cells.length !== this.#columns.length) {
      this.#fail(row, `${row.cells.length} values; expected ${this.#columns.length}, one for each column`);
    }
    const { namespace, service } = this.#service(row);
    return { namespace, service, from: this.#source(row), perSecond: this.#rate(row) };
  }

  #service(row: RawRow): { readonly namespace: string; readonly service: string } {
    const text = this.#cell(row, 'service');
    const parts = [this.#cell(row, 'namespace'), text].filter(part => part !== '').flatMap(part => part.split('/'));
    const [namespace = '', service = ''] = parts;
    if (parts.length === 2 && namespace !== '' && service !== '') return { namespace, service };
    const expected = this.#at.has('namespace')
      ? 'a name, with its namespace in the column namespace'
      : 'NAMESPACE/NAME';
    return this.#fail(row, `column service: ${shown(text)}; expected ${expected}`);
  }

  #source(row: RawRow): TrafficRate['from'] {
    const [node, zone] = [this.#cell(row, 'node'), this.#cell(row, 'zone')];
    if (node !== '' && zone !== '') this.#fail(row, 'columns node and zone: both have a value; expected one of them');
    if (node !== '') return { kind: 'node', name: node };
    if (zone !== '') return { kind: 'zone', name: zone };
    const columns = this.#columns.filter(name => name === 'node' || name === 'zone');
    return this.#fail(row, `column ${columns.join(' and ')}: empty; expected the name of a node or a zone`);
  }

  #rate(row: RawRow): number {
    const column = RATE_COLUMNS[this.unit];
    const text = this.#cell(row, column);
    const rate = /^\d{1,20}(\.\d{1,30})?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
    if (rate <= MAX_RATE) return rate;
    return this.#fail(row, `column ${column}: ${shown(text)}; expected a number from 0 to ${MAX_RATE}, such as 1250.5`);
  }

  #cell({ cells }: RawRow, column: string): string {
    const at = this.#at.get(column);
    return at === undefined ? '' : (cells[at] ?? '').trim();
  }

  #fail({ line, row }: RawRow, problem: string): never {
    const place = row === undefined ? '' : `row ${row}: `;
    throw new InputError(`${place}${problem}`, { file: this.#file, ...(line !== undefined && { line }) });
  }
}

function columnProblem(columns: readonly string[]): string | null {
  const unknown = columns.find(name => !COLUMNS.includes(name));
  if (unknown !== undefined) {
    const separator = columns.length === 1 ? /[;\t]/.exec(unknown)?.[0] : undefined;
    const comma = separator === undefined ? '' : 'commas between the columns, and ';
    return `unknown column ${shown(unknown)}; expected ${comma}${COLUMNS_EXPECTED}`;
  }
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) return `column ${twice} is there twice; ${EXPECTED}`;
  if (!columns.includes('service')) return `column service is missing; ${EXPECTED}`;
  if (!columns.includes('node') && !columns.includes('zone')) return `column node or zone is missing; ${EXPECTED}`;
  const units = Object.values(RATE_COLUMNS).filter(name => columns.includes(name));
  if (units.length === 0) return `column ${Object.values(RATE_COLUMNS).join(' or ')} is missing; ${EXPECTED}`;
  return units.length > 1 ? `columns ${units.join(' and ')}: a file has one unit; ${EXPECTED}` : null;
}

/** A value of the file in a message: quoted, and only its begin. */
function shown(text: string): string {
  if (text === '') return 'empty';
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text);
}
