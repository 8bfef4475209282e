import { expect, test } from 'vitest';
import { adviceDisagreements, isAdvisable, unevenDisagreements } from './advice-disagreements.ts';

const CASES = 200;

test(`advice equals brute force over all settings and cases, and is kept once applied (${CASES} clusters)`, () => {
  for (let seed = 1; seed <= CASES; seed++) expect(adviceDisagreements(seed)).toEqual([]);
});

test('most random clusters allow advice, so that the comparison means something', () => {
  const advisable = Array.from({ length: CASES }, (_, i) => isAdvisable(i + 1)).filter(Boolean).length;
  expect(advisable).toBeGreaterThan(CASES / 2);
});

test('where combinations are too many, the compared ones are the worst for settings that prefer zones', () => {
  for (let seed = 1; seed <= CASES; seed++) expect(unevenDisagreements(seed)).toEqual([]);
});
