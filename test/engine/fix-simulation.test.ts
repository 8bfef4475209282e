import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/evaluate.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Fix, Level } from '../../src/model/finding.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { evaluationInput, fakeRule, web } from '../support/builders.ts';

const set = (field: string, value: string | null): Fix => ({
  description: `set ${field} to ${value}`,
  edits: [{ path: ['spec', field], value }],
});
const REMOVE = set('trafficDistribution', null);

/** Reports a Local internal policy and offers these fixes. */
const local = (...fixes: readonly Fix[]) =>
  fakeRule('local', {
    appliesTo: service => service.internalTrafficPolicy === 'Local',
    *check() {
      yield {
        message: (_say, fix) => `local; ${fix?.description ?? 'no fix'}`,
        path: 'spec.internalTrafficPolicy',
        fixes,
      };
    },
  });
/** Reports a value of trafficDistribution. */
const against = (value: string, level: Level = 'warn', over: Partial<Rule> = {}) =>
  fakeRule(`against-${value.toLowerCase()}`, {
    level,
    appliesTo: service => service.trafficDistribution === value,
    *check() {
      yield { message: () => value, path: 'spec.trafficDistribution', fixes: [REMOVE] };
    },
    ...over,
  });
const CLUSTER = set('internalTrafficPolicy', 'Cluster');
const PREFER: Fix = {
  description: 'prefer the node',
  edits: [...CLUSTER.edits, { path: ['spec', 'trafficDistribution'], value: 'PreferSameNode' }],
};

function remedyOf(rules: readonly Rule[], service = web('internalTrafficPolicy: Local'), policy = DEFAULT_POLICY) {
  return (
    evaluate(evaluationInput(service, { rules, policy })).findings.find(({ rule }) => rule === 'local')?.fix ?? null
  );
}

describe('a fix is offered', () => {
  test('if it removes the finding', () => {
    expect(remedyOf([local(PREFER, CLUSTER)])).toBe(PREFER);
  });

  test('and named in the message', () => {
    expect(
      evaluate(evaluationInput(web('internalTrafficPolicy: Local'), { rules: [local(CLUSTER)] })).findings[0]?.message,
    ).toBe('local; set internalTrafficPolicy to Cluster [local]');
  });

  test('if another rule already reports the Service', () => {
    const service = web('internalTrafficPolicy: Local\ntrafficDistribution: PreferSameNode');
    expect(remedyOf([local(PREFER), against('PreferSameNode')], service)).toBe(PREFER);
  });

  test('if the rule that would report the result is at level info', () => {
    expect(remedyOf([local(PREFER), against('PreferSameNode', 'info')])).toBe(PREFER);
  });

  test('if the rule that would report the result is off by default or in the configuration', () => {
    expect(remedyOf([local(PREFER), against('PreferSameNode', 'off')])).toBe(PREFER);
    const policy = { ...DEFAULT_POLICY, rules: { 'against-prefersamenode': { level: 'off' as const, options: {} } } };
    expect(remedyOf([local(PREFER), against('PreferSameNode')], undefined, policy)).toBe(PREFER);
  });

  test('if the rule that would report the result throws, which is a failure of that rule', () => {
    const broken = against('PreferSameNode', 'warn', {
      check: () => {
        throw new Error('boom');
      },
    });
    expect(remedyOf([local(PREFER), broken])).toBe(PREFER);
  });

  test('for each of two fields that a rule reports', () => {
    const both = fakeRule('both', {
      *check({ service }) {
        if (service.internalTrafficPolicy === 'Local')
          yield { message: () => 'policy', path: 'spec.internalTrafficPolicy', fixes: [CLUSTER] };
        if (service.trafficDistribution !== null)
          yield { message: () => 'distribution', path: 'spec.trafficDistribution', fixes: [REMOVE] };
      },
    });
    const service = web('internalTrafficPolicy: Local\ntrafficDistribution: PreferSameZone');
    expect(evaluate(evaluationInput(service, { rules: [both] })).findings.map(({ fix }) => fix)).toEqual([
      CLUSTER,
      REMOVE,
    ]);
  });
});

describe('a fix is not offered', () => {
  test('if it changes nothing', () => {
    expect(remedyOf([local(REMOVE)])).toBeNull();
  });

  test('if it causes another finding; the next fix is offered instead', () => {
    expect(remedyOf([local(PREFER, CLUSTER), against('PreferSameNode')])).toBe(CLUSTER);
  });

  test('if it causes a finding of a rule whose level the configuration raises', () => {
    const rules = [local(PREFER), against('PreferSameNode', 'info')];
    const policy = { ...DEFAULT_POLICY, rules: { 'against-prefersamenode': { level: 'warn' as const, options: {} } } };
    expect(remedyOf(rules, undefined, policy)).toBeNull();
  });
});
