import { describe, expect, test } from 'vitest';
import { KNOWN_CILIUM_MINORS } from '../../../src/model/data-plane-text.ts';
import { casesUnderSettings, readAnswers, recordedMinors } from '../../cilium/cases.ts';
import { compare } from '../../cilium/compare.ts';
import { zonewise } from '../../cilium/model.ts';

test('the answers of every known minor are recorded', () => {
  expect(recordedMinors()).toEqual(KNOWN_CILIUM_MINORS);
});

describe.each(KNOWN_CILIUM_MINORS)("the routes are those of Cilium 1.%s's own code", minor => {
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
