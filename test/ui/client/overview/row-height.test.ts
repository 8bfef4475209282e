import { expect, test } from 'vitest';
import { indexRow } from '../../../../src/ui/client/overview/filter.ts';
import { longestTexts, rowHeight } from '../../../../src/ui/client/overview/row-height.ts';
import { linesOf } from '../../../../src/ui/client/table/row-height.ts';

const row = (name: string) =>
  indexRow({
    ...{ namespace: 'shop', name, type: 'ClusterIP', inZone: null },
    findings: [],
    lost: { internal: 1, external: 2, shortCircuit: 0 },
  });

test('the rows of a long list have space for the longest name and all lost classes', () => {
  const wide = { width: 1272, isStacked: false };
  const short = longestTexts([row('web')]);
  const long = longestTexts([row('web'), row('x'.repeat(150))]);
  expect(short).toEqual({ name: 19, rule: 12, lost: 33, classes: 2 });
  expect(rowHeight(long, wide)).toBeGreaterThan(rowHeight(short, wide));
  expect(rowHeight(short, { width: 358, isStacked: true })).toBeGreaterThan(rowHeight(short, wide));
});

test('the lines of a text are bounded, whatever its length', () => {
  expect(linesOf(0, 8, 400)).toBe(1);
  expect(linesOf(100, 8, 400)).toBe(2);
  expect(linesOf(1e9, 8, 400)).toBe(6);
  expect(linesOf(10, 8, -5)).toBe(2);
});
