import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/evaluate.ts';
import { exemptionOf, isExempt, MAX_IGNORE_CHARS } from '../../src/engine/exemption.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { evaluationInput, fakeRule, web, withAnnotations } from '../support/builders.ts';

const at = (time: string) => Date.parse(time);
const ignoring = (rules: string, until?: string) =>
  withAnnotations(web(), {
    'zonewise.dev/ignore': rules,
    'zonewise.dev/ignore-reason': 'we know',
    ...(until === undefined ? {} : { 'zonewise.dev/ignore-until': until }),
  });
const isExemptAt = (service: ReturnType<typeof web>, rule: string, time = '2026-06-01T12:00:00Z') =>
  isExempt(exemptionOf(service, at(time)), rule);

describe('a Service opts out', () => {
  test.each([
    ['rule-a', 'rule-a', true],
    ['rule-a, rule-b', 'rule-b', true],
    ['*', 'rule-c', true],
    ['rule-a', 'rule-b', false],
    ['rule-*', 'rule-a', false],
    [' , ', 'rule-a', false],
  ])('of "%s", which covers %s: %s', (rules, rule, expected) => {
    expect(isExemptAt(ignoring(rules), rule)).toBe(expected);
  });

  test('not at all if the list is longer than all rules', () => {
    const long = `rule-a,${'x,'.repeat(MAX_IGNORE_CHARS)}`;
    expect(exemptionOf(ignoring(long), 0)?.invalidBecause).toMatch(/is longer than 2048 characters/);
    expect(isExemptAt(ignoring(long), 'rule-a')).toBe(false);
    expect(isExemptAt(ignoring(long.slice(0, MAX_IGNORE_CHARS)), 'rule-a')).toBe(true);
  });

  test('until the end of the given day', () => {
    const service = ignoring('*', '2027-01-31');
    expect(isExemptAt(service, 'rule-a', '2027-01-31T23:59:59Z')).toBe(true);
    expect(isExemptAt(service, 'rule-a', '2027-02-01T00:00:00Z')).toBe(false);
  });

  test.each(['soon', '31.01.2027', '2027-13-01', ''])('not at all if the end is not a date: "%s"', until => {
    const exemption = exemptionOf(ignoring('*', until), at('2026-01-01T00:00:00Z'));
    expect(exemption?.invalidBecause).toMatch(/is not a date like 2027-01-31/);
    expect(isExempt(exemption, 'rule-a')).toBe(false);
  });

  test('and the rule is skipped with the reason', () => {
    const { findings, skipped } = evaluate(
      evaluationInput(ignoring('rule-a'), { rules: [fakeRule('rule-a'), fakeRule('rule-b')] }),
    );
    expect(findings.map(finding => finding.rule)).toEqual(['rule-b']);
    expect(skipped).toEqual([
      {
        rule: 'rule-a',
        object: { kind: 'Service', namespace: 'default', name: 'web' },
        need: null,
        why: 'the Service opted out',
      },
    ]);
  });

  test('not of a rule at level deny, unless the configuration allows it', () => {
    const rules = [fakeRule('rule-a', { level: 'deny' })];
    expect(evaluate(evaluationInput(ignoring('*'), { rules })).findings).toHaveLength(1);
    const policy = { ...DEFAULT_POLICY, annotationsMaySilenceDeny: true };
    expect(evaluate(evaluationInput(ignoring('*'), { rules, policy })).findings).toHaveLength(0);
  });
});
