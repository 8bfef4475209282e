/** Nearest rank in ascending numbers; `share` 0.99 is the 99th percentile. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, minimum and maximum, rounded to four digits. */
export function spreadOf(values: readonly number[]): Spread {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  const median = Number.isInteger(middle)
    ? ((ascending[middle - 1] ?? Number.NaN) + (ascending[middle] ?? Number.NaN)) / 2
    : (ascending[Math.floor(middle)] ?? Number.NaN);
  return {
    median: rounded(median),
    min: rounded(ascending[0] ?? Number.NaN),
    max: rounded(ascending.at(-1) ?? Number.NaN),
  };
}

/** Four significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
