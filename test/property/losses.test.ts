import { expect, test } from 'vitest';
import { disagreements } from './explained-findings.ts';
import { randomCase } from './random-case.ts';

const CASES = 300;

test(`whatever explain shows as lost or ignored is reported or has a reason, and no finding names another node (${CASES} cases)`, () => {
  for (let seed = 1; seed <= CASES; seed++) expect(disagreements(randomCase(seed))).toEqual([]);
});
