import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/evaluate.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Fix, Level } from '../../src/model/finding.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { given, ruleThat, web } from './given.ts';

const set = (field: string, value: string | null): Fix => ({
  description: `set ${field} to ${value}`,
  edits: [{ path: ['spec', field], value }],
});
const REMOVE = set('trafficDistribution', null);

/** Objects to a Local internal policy and knows one remedy after the other. */
const local = (...fixes: readonly Fix[]) =>
  ruleThat('local', {
    appliesTo: service => service.internalTrafficPolicy === 'Local',
    *check() {
      yield {
        message: (_say, fix) => `local; ${fix?.description ?? 'no remedy'}`,
        path: 'spec.internalTrafficPolicy',
        fixes,
      };
    },
  });
/** Objects to a value of trafficDistribution. */
const against = (value: string, level: Level = 'warn', over: Partial<Rule> = {}) =>
  ruleThat(`against-${value.toLowerCase()}`, {
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
  return evaluate(given(service, { rules, policy })).findings.find(({ rule }) => rule === 'local')?.fix ?? null;
}

describe('a remedy is offered', () => {
  test('where it makes the rule silent', () => {
    expect(remedyOf([local(PREFER, CLUSTER)])).toBe(PREFER);
  });

  test('and named in the message', () => {
    expect(evaluate(given(web('internalTrafficPolicy: Local'), { rules: [local(CLUSTER)] })).findings[0]?.message).toBe(
      'local; set internalTrafficPolicy to Cluster [local]',
    );
  });

  test('where another rule objects to the Service already', () => {
    const service = web('internalTrafficPolicy: Local\ntrafficDistribution: PreferSameNode');
    expect(remedyOf([local(PREFER), against('PreferSameNode')], service)).toBe(PREFER);
  });

  test('where the rule that would object does so in a remark only', () => {
    expect(remedyOf([local(PREFER), against('PreferSameNode', 'info')])).toBe(PREFER);
  });

  test('where the rule that would object is off by default or in the configuration', () => {
    expect(remedyOf([local(PREFER), against('PreferSameNode', 'off')])).toBe(PREFER);
    const policy = { ...DEFAULT_POLICY, rules: { 'against-prefersamenode': { level: 'off' as const, options: {} } } };
    expect(remedyOf([local(PREFER), against('PreferSameNode')], undefined, policy)).toBe(PREFER);
  });

  test('where the rule that would object is broken: that is reported elsewhere', () => {
    const broken = against('PreferSameNode', 'warn', {
      check: () => {
        throw new Error('boom');
      },
    });
    expect(remedyOf([local(PREFER), broken])).toBe(PREFER);
  });

  test('for each of two fields that a rule objects to', () => {
    const both = ruleThat('both', {
      *check({ service }) {
        if (service.internalTrafficPolicy === 'Local')
          yield { message: () => 'policy', path: 'spec.internalTrafficPolicy', fixes: [CLUSTER] };
        if (service.trafficDistribution !== null)
          yield { message: () => 'distribution', path: 'spec.trafficDistribution', fixes: [REMOVE] };
      },
    });
    const service = web('internalTrafficPolicy: Local\ntrafficDistribution: PreferSameZone');
    expect(evaluate(given(service, { rules: [both] })).findings.map(({ fix }) => fix)).toEqual([CLUSTER, REMOVE]);
  });
});

describe('a remedy is not offered', () => {
  test('where it changes nothing', () => {
    expect(remedyOf([local(REMOVE)])).toBeNull();
  });

  test('where it would cause another finding; the next best is', () => {
    expect(remedyOf([local(PREFER, CLUSTER), against('PreferSameNode')])).toBe(CLUSTER);
  });

  test('where a rule would object that the configuration has raised', () => {
    const rules = [local(PREFER), against('PreferSameNode', 'info')];
    const policy = { ...DEFAULT_POLICY, rules: { 'against-prefersamenode': { level: 'warn' as const, options: {} } } };
    expect(remedyOf(rules, undefined, policy)).toBeNull();
  });
});
