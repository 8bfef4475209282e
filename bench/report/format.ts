import type { Spread } from '../statistics.ts';

export type Row = readonly string[];

export function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** About three digits by default: `12,345`, `123`, `12.3`, `1.23`, `0.12`. */
export function number(value: number, fractionDigits?: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = fractionDigits ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2);
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return text.replace(/^-(0\.?0*)$/, '$1');
}

/** A count: `5,000`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `×0.83 (0.80–0.86)`. */
export function times({ median, min, max }: Spread): string {
  return `×${number(median)} (${number(min)}–${number(max)})`;
}
