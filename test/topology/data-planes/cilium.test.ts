import { describe, expect, test } from 'vitest';
import { casesUnderSettings, readAnswers, recordedMinors } from '../../cilium/cases.ts';
import { compare } from '../../cilium/compare.ts';
import { zonewise } from '../../cilium/model.ts';

const MINORS = [17, 18, 19, 20];

test('the answers of every known minor are recorded', () => {
  expect(recordedMinors()).toEqual(MINORS);
});

describe.each(MINORS)("the routes are those of Cilium 1.%s's own code", minor => {
  const answers = readAnswers(minor);
  test.each(casesUnderSettings())('$name', ({ name, cluster, settings }) => {
    const answer = answers[name];
    if (!answer) throw new Error(`no recorded answer: run node test/cilium/record.ts --minor ${minor}`);
    const at = { minor, settings };
    const result = compare(cluster, answer, zonewise(at), at);
    expect(result.mismatches).toEqual([]);
    expect(result.answers).toBeGreaterThan(30);
  });
});
