import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { reviewOf, webhook } from './harness.ts';

const EXAMPLE = RULES[0] as Rule;
const broken: Rule = {
  ...EXAMPLE,
  id: 'broken-rule',
  level: 'warn',
  needs: [],
  appliesTo: () => true,
  // biome-ignore lint/correctness/useYield: it throws before its first finding
  *check() {
    throw new Error('out of order');
  },
};
const noisy = (id: string): Rule => ({
  ...broken,
  id,
  *check() {
    yield { message: () => `${id} has something to say`, path: 'spec.type' };
  },
});

describe('a rule that throws', () => {
  // A later rule has a fix, whose simulation runs all rules.
  test.each([
    ['first', [broken, ...RULES]],
    ['last', [...RULES, broken]],
  ])('%s among the rules does not affect the others and is logged', async (_where, rules) => {
    const { send, log } = await webhook({ rules });
    const { status, answer } = await send('/validate', reviewOf());
    expect(status).toBe(200);
    expect(answer.response).toMatchObject({
      allowed: true,
      warnings: [expect.stringMatching(/PreferSameNode falls back \[local-policy-uncovered-nodes\]$/)],
    });
    expect(log).toMatchObject([
      { level: 50, msg: 'rule failed', rule: 'broken-rule', err: { message: 'out of order' } },
      { level: 30, msg: 'review', outcome: 'evaluated', allowed: true },
    ]);
  });

  test('allows the request even at level deny', async () => {
    const policy = parseConfig(config('rules: {}'), 'test').policy;
    const rules = [{ ...broken, level: 'deny' as const }];
    const { send } = await webhook({ rules, policy: () => policy });
    expect((await send('/validate', reviewOf())).answer.response.allowed).toBe(true);
  });
});

describe('levels of the configuration', () => {
  const rule = 'local-policy-uncovered-nodes';
  test.each([
    ['deny', { allowed: false, status: { code: 403, reason: 'Forbidden' } }],
    ['warn', { allowed: true, warnings: [expect.stringContaining(`[${rule}]`)] }],
    ['info', { allowed: true }],
    ['off', { allowed: true }],
  ])('%s', async (level, expected) => {
    const policy = parseConfig(config(`rules: { ${rule}: ${level} }`), 'test').policy;
    const { send } = await webhook({ policy: () => policy });
    const { response } = (await send('/validate', reviewOf())).answer;
    expect(response).toMatchObject(expected);
    expect('warnings' in response).toBe(level === 'warn');
    if (level === 'deny') expect(response.status?.message).toContain('n2');
  });

  test('apply only to the namespaces of an override', async () => {
    const overrides = `overrides: [{ match: { namespaces: ["prod-*"] }, rules: { ${rule}: deny } }]`;
    const policy = parseConfig(config(overrides), 'test').policy;
    const { send } = await webhook({ policy: () => policy });
    expect((await send('/validate', reviewOf())).answer.response.allowed).toBe(true);
  });

  test('are read for each review', async () => {
    let policy = parseConfig(config(`rules: { ${rule}: off }`), 'test').policy;
    const { send } = await webhook({ policy: () => policy });
    expect((await send('/validate', reviewOf())).answer.response.warnings).toBeUndefined();
    policy = parseConfig(config('rules: {}'), 'test').policy;
    expect((await send('/validate', reviewOf())).answer.response.warnings).toHaveLength(1);
  });
});

test('at most five of seven warnings are sent', async () => {
  const rules = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(noisy);
  const { send } = await webhook({ rules });
  const { warnings } = (await send('/validate', reviewOf())).answer.response;
  expect(warnings?.map(warning => warning.replace('agent: ', '')[0])).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a Service that opts out gets no warnings', async () => {
  const annotations = { 'zonewise.dev/ignore': 'local-policy-uncovered-nodes', 'zonewise.dev/ignore-reason': 'known' };
  const { send } = await webhook();
  const { response } = (await send('/validate', reviewOf({ metadata: { annotations } }))).answer;
  expect(response).not.toHaveProperty('warnings');
});

function config(text: string): string {
  return `apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${text}\n`;
}
