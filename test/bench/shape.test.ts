import { describe, expect, test } from 'vitest';
import { misfits } from '../../bench/shape.ts';
import { percentile, spreadOf } from '../../bench/statistics.ts';

describe('a shape', () => {
  const shape = { name: 'string', parts: ['list', { size: 'number', note: ['or null', 'string'] }] } as const;

  test('fits a value with its fields and no others', () => {
    expect(misfits({ name: 'a', parts: [{ size: 1, note: null }] }, shape)).toEqual([]);
  });

  test('reports a missing field, also in a list', () => {
    expect(misfits({ name: 'a', parts: [{ size: 1 }] }, shape)).toEqual(['it.parts[0].note is missing']);
  });

  test('reports an unknown field', () => {
    expect(misfits({ name: 'a', parts: [], more: 1 }, shape)).toEqual(['it.more is unknown']);
  });

  test('reports another type, and a number that JSON cannot hold', () => {
    const value = { name: 1, parts: [{ size: Number.POSITIVE_INFINITY, note: 'x' }] };
    expect(misfits(value, shape)).toEqual(['it.name is not a string', 'it.parts[0].size is not a number']);
  });
});

describe('statistics', () => {
  test('the median of an even count is the mean of the two in the middle', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });

  test('a percentile is one of the values, the nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, i) => i + 1);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  });
});
