import { describe, expect, test } from 'vitest';
import { misfits } from '../../bench/shape.ts';
import { percentile, spreadOf } from '../../bench/statistics.ts';

describe('a shape', () => {
  const shape = { name: 'string', parts: ['list', { size: 'number', note: ['or null', 'string'] }] } as const;

  test('fits what has its fields and no others', () => {
    expect(misfits({ name: 'a', parts: [{ size: 1, note: null }] }, shape)).toEqual([]);
  });

  test('misses a field that is not there, also in a list', () => {
    expect(misfits({ name: 'a', parts: [{ size: 1 }] }, shape)).toEqual(['it.parts[0].note is missing']);
  });

  test('does not know a field too many', () => {
    expect(misfits({ name: 'a', parts: [], more: 1 }, shape)).toEqual(['it.more is not known']);
  });

  test('takes no other type, and no number that JSON cannot hold', () => {
    const value = { name: 1, parts: [{ size: Number.POSITIVE_INFINITY, note: 'x' }] };
    expect(misfits(value, shape)).toEqual(['it.name is no string', 'it.parts[0].size is no number']);
  });
});

describe('statistics', () => {
  test('the median of an even count lies between the two in the middle', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });

  test('a percentile is one of the values, the nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, i) => i + 1);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  });
});
