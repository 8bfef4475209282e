import { expect, test } from 'vitest';
import { disagreements } from './explained-findings.ts';
import { randomCase } from './random-case.ts';

/** The fast suite has the first 300. */
const [FIRST, LAST] = [301, 10_300];

test('ten thousand more cases', () => {
  const found: string[] = [];
  for (let seed = FIRST; seed <= LAST && found.length < 20; seed++) found.push(...disagreements(randomCase(seed)));
  expect(found).toEqual([]);
});
