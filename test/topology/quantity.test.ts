import { expect, test } from 'vitest';
import { parseMilliValue } from '../../src/model/quantity.ts';

test.each<[unknown, number]>([
  ['4', 4000],
  [4, 4000],
  [0.5, 500],
  ['500m', 500],
  ['3920m', 3920],
  ['1.5', 1500],
  ['.5', 500],
  ['100u', 1],
  ['1n', 1],
  ['0.0035', 4],
  ['0.001', 1],
  ['1e3', 1_000_000],
  ['2E0', 2000],
  ['1k', 1_000_000],
  ['1Ki', 1_024_000],
  ['0', 0],
  ['', 0],
  ['lots', 0],
  ['4x', 0],
  [null, 0],
  [undefined, 0],
])('%j is %i thousandths', (quantity, millis) => {
  expect(parseMilliValue(quantity)).toBe(millis);
});
