import { describe, expect, test } from 'vitest';
import type { Override, Policy } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY, deniesByEndpoints, matchesGlob, resolveRuleSetting } from '../../src/engine/policy.ts';
import type { Level } from '../../src/model/finding.ts';
import type { Requirement } from '../../src/model/label-selector.ts';
import { parseLabelSelector } from '../../src/model/label-selector.ts';
import { fakeRule, web } from '../support/builders.ts';

const ANY: Override['match'] = { namespaces: [], namespaceSelector: [], types: [] };
const rule = fakeRule('a-rule', { options: { threshold: 2, floor: 1 } });

function override(match: Partial<Override['match']>, level: Level | null, options = {}): Override {
  return { match: { ...ANY, ...match }, rules: { 'a-rule': { level, options } } };
}

function levelIn(namespace: string, policy: Partial<Policy>, namespaceLabels = {}) {
  const subject = { service: { ...web(), namespace }, namespaceLabels };
  return resolveRuleSetting(rule, subject, { ...DEFAULT_POLICY, ...policy });
}

describe('the level of a rule', () => {
  test('is its default without configuration', () => {
    expect(levelIn('shop', {})).toEqual({ level: 'warn', undecided: 'allow', options: { threshold: 2, floor: 1 } });
  });

  test('is the configured one', () => {
    expect(levelIn('shop', { rules: { 'a-rule': { level: 'deny', options: {} } } }).level).toBe('deny');
  });

  test('is not changed by a setting with options only', () => {
    const policy = { rules: { 'a-rule': { level: null, options: { threshold: 3 } } } };
    expect(levelIn('shop', policy)).toEqual({ level: 'warn', undecided: 'allow', options: { threshold: 3, floor: 1 } });
  });

  test('is that of the last matching override that configures the rule', () => {
    const overrides = [
      override({ namespaces: ['dev-*'] }, 'info'),
      override({ namespaces: ['dev-web'] }, 'off'),
      override({ namespaces: ['prod-*'] }, 'deny'),
      { match: ANY, rules: { 'other-rule': { level: 'deny', options: {} } } } satisfies Override,
    ];
    expect(levelIn('dev-web', { overrides }).level).toBe('off');
    expect(levelIn('dev-api', { overrides }).level).toBe('info');
    expect(levelIn('prod-a', { overrides }).level).toBe('deny');
    expect(levelIn('shop', { overrides }).level).toBe('warn');
  });

  test('is overridden only if namespace, labels and type match', () => {
    const namespaceSelector = [{ key: 'team', operator: 'in', values: ['a'] }] as const;
    const overrides = [override({ namespaces: ['a*'], namespaceSelector, types: ['ClusterIP'] }, 'off')];
    expect(levelIn('ab', { overrides }, { team: 'a', tier: '1' }).level).toBe('off');
    expect(levelIn('ab', { overrides }, { team: 'b' }).level).toBe('warn');
    expect(levelIn('b', { overrides }, { team: 'a' }).level).toBe('warn');
    const typed = [override({ types: ['LoadBalancer'] }, 'off')];
    expect(levelIn('ab', { overrides: typed }).level).toBe('warn');
  });

  test.each([
    [{ key: 'tier', operator: 'in', values: ['gold', 'silver'] }, { tier: 'silver' }, { tier: 'iron' }],
    [{ key: 'tier', operator: 'notin', values: ['gold'] }, {}, { tier: 'gold' }],
    [{ key: 'tier', operator: 'exists' }, { tier: '' }, { team: 'a' }],
    [{ key: 'tier', operator: 'absent' }, { team: 'a' }, { tier: '' }],
  ] satisfies [Requirement, object, object][])('is overridden by %j for %j and not for %j', (requirement, yes, no) => {
    const overrides = [override({ namespaceSelector: [requirement] }, 'off')];
    expect(levelIn('shop', { overrides }, yes).level).toBe('off');
    expect(levelIn('shop', { overrides }, no).level).toBe('warn');
  });

  test('is overridden only if every requirement holds', () => {
    const namespaceSelector = parseLabelSelector('team=a,!legacy') ?? [];
    const overrides = [override({ namespaceSelector }, 'off')];
    expect(levelIn('shop', { overrides }, { team: 'a' }).level).toBe('off');
    expect(levelIn('shop', { overrides }, { team: 'a', legacy: '1' }).level).toBe('warn');
    expect(levelIn('shop', { overrides }, {}).level).toBe('warn');
  });

  test('keeps options of earlier settings that later ones do not set', () => {
    const policy = {
      rules: { 'a-rule': { level: null, options: { threshold: 3 } } },
      overrides: [override({}, 'info', { floor: 9 })],
    };
    expect(levelIn('shop', policy)).toEqual({ level: 'info', undecided: 'allow', options: { threshold: 3, floor: 9 } });
  });
});

test.each([
  ['shop', 'shop', true],
  ['shop', 'shop-a', false],
  ['dev-*', 'dev-', true],
  ['dev-*', 'dev', false],
  ['*', '', true],
  ['*-prod', 'a-prod', true],
  ['*-prod', 'a-prod-b', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
  ['a*a', 'a', false],
  ['a.c', 'abc', false],
  ['*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(60), false],
])('the glob %s matches %s: %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

test('a policy denies by endpoints if a rule that reads them has level deny somewhere', () => {
  const rules = [fakeRule('reads', { needs: ['endpoints'] }), fakeRule('static')];
  const at = (id: string, level: 'warn' | 'deny') => ({ rules: { [id]: { level, options: {} } } });
  const denies = (policy: Partial<Policy>) => deniesByEndpoints({ ...DEFAULT_POLICY, ...policy }, rules);
  expect(denies({})).toBe(false);
  expect(denies(at('static', 'deny'))).toBe(false);
  expect(denies(at('reads', 'warn'))).toBe(false);
  expect(denies(at('reads', 'deny'))).toBe(true);
  expect(denies({ overrides: [{ match: ANY, ...at('reads', 'deny') }] })).toBe(true);
});
