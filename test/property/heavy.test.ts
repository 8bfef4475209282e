import { expect, test } from 'vitest';
import { adviceDisagreements, unevenDisagreements } from './advice-disagreements.ts';
import { disagreements } from './explained-findings.ts';
import { randomCase } from './random-case.ts';
import { workloadDisagreements } from './workload-disagreements.ts';

/** The fast suite has the first 300. */
const [FIRST, LAST] = [301, 10_300];

test('ten thousand more cases', () => {
  const found: string[] = [];
  for (let seed = FIRST; seed <= LAST && found.length < 20; seed++) found.push(...disagreements(randomCase(seed)));
  expect(found).toEqual([]);
});

/** The fast suite has the first 200. */
const [FIRST_ADVICE, LAST_ADVICE] = [201, 2200];

test('advice equals brute force on two thousand more clusters', () => {
  const found: string[] = [];
  for (let seed = FIRST_ADVICE; seed <= LAST_ADVICE && found.length < 20; seed++) {
    found.push(...adviceDisagreements(seed), ...unevenDisagreements(seed));
  }
  expect(found).toEqual([]);
});

/** The fast suite has the first 500. */
const [FIRST_CHANGE, LAST_CHANGE] = [501, 20_500];

test('warnings about workloads equal brute force on twenty thousand more clusters', async () => {
  const found: string[] = [];
  for (let seed = FIRST_CHANGE; seed <= LAST_CHANGE && found.length < 20; seed++)
    found.push(...(await workloadDisagreements(seed)));
  expect(found).toEqual([]);
});
