import { describe, expect, test } from 'vitest';
import { percent, percentOfGroup } from '../../src/report/percent.ts';

describe('percent', () => {
  test.each([
    [0, '0 %'],
    [0.001, '<1 %'],
    [0.005, '1 %'],
    [1 / 3, '33 %'],
    [0.994, '99 %'],
    [0.995, '>99 %'],
    [0.9999, '>99 %'],
    [0.1 + 0.2 + 0.7, '100 %'],
    [1, '100 %'],
  ])('%d is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('percentOfGroup', () => {
  test.each<[readonly number[], string]>([
    [[0.5, 0.25, 0.25], '50 % 25 % 25 %'],
    [[1 / 3, 1 / 3, 1 / 3], '33 % 33 % 33 %'],
    // Each alone would be rounded up: 101 %.
    [[0.505, 0.495], '50 % 50 %'],
    [[0.335, 0.335, 0.33], '33 % 33 % 33 %'],
    [Array<number>(8).fill(1 / 8), Array(8).fill('12 %').join(' ')],
    [[0.996, 0.004], '>99 % <1 %'],
    [[0.994, 0.006], '99 % 1 %'],
    [[0.5, 0.005, 0.495], '50 % <1 % 50 %'],
    [[0.5, 0.004, 0.496], '50 % <1 % 50 %'],
    [[0.3], '30 %'],
    [[], ''],
  ])('%j', (shares, texts) => {
    expect(shares.map(percentOfGroup(shares)).join(' ')).toBe(texts);
  });

  test('never adds up to more than 100 %, keeps equal shares equal and is within 1 % of each', () => {
    for (let parts = 2; parts <= 60; parts++) {
      for (let first = 1; first < 40; first++) {
        const rest = (1 - first / 40) / (parts - 1);
        const shares = [first / 40, ...Array<number>(parts - 1).fill(rest)];
        const shown = shares.map(percentOfGroup(shares));
        const numbers = shown.map(text => (text === '<1 %' ? 0 : Number.parseInt(text, 10)));
        expect(numbers.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(100);
        expect(new Set(shown.slice(1)).size).toBe(1);
        for (const [i, number] of numbers.entries()) expect(Math.abs(number - (shares[i] ?? 0) * 100)).toBeLessThan(1);
      }
    }
  });
});
