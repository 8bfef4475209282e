import { expect, test } from 'vitest';
import { losesForCertain, workloadDisagreements } from './workload-disagreements.ts';

const CASES = 2000;

test(`no warning about a workload is false in any outcome, and what every outcome loses is reported (${CASES} clusters)`, async () => {
  for (let seed = 1; seed <= CASES; seed++) expect(await workloadDisagreements(seed)).toEqual([]);
});

test('many of the random changes lose something for certain, so that the comparison means something', () => {
  const losing = Array.from({ length: CASES }, (_, i) => losesForCertain(i + 1)).filter(Boolean).length;
  expect(losing).toBeGreaterThan(CASES / 10);
});
