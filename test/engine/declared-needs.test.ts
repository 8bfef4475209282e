import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import type { Need, Rule, RuleContext } from '../../src/rules/rule.ts';
import { readFixtures } from '../rules/fixture.ts';
import { evaluateFixture } from '../rules/judge.ts';

type Read = Extract<
  keyof RuleContext,
  'nodes' | 'clientNodes' | 'predicted' | 'routing' | 'afterRollout' | 'workloads'
>;

/** Each of these needs allows a rule to read the part. */
const ALLOWED_BY: Readonly<Record<Read, readonly Need[]>> = {
  nodes: ['nodes'],
  clientNodes: ['nodes'],
  predicted: ['endpoints', 'slices'],
  routing: ['endpoints', 'slices'],
  afterRollout: ['endpoints', 'slices'],
  workloads: ['workloads'],
};

afterEach(() => vi.restoreAllMocks());

/** A context that reports the parts that a rule reads. */
function recording(ctx: RuleContext, seen: (part: Read) => void): RuleContext {
  const parts = Object.keys(ALLOWED_BY) as Read[];
  const recorded = parts.map(part => {
    const read = (): unknown => {
      seen(part);
      return ctx[part]();
    };
    return [part, read];
  });
  return { ...ctx, ...Object.fromEntries(recorded) };
}

function record(rule: Rule): ReadonlySet<Read> {
  const seen = new Set<Read>();
  const check = rule.check.bind(rule);
  vi.spyOn(rule, 'check').mockImplementation(ctx => check(recording(ctx, part => seen.add(part))));
  return seen;
}

function undeclared(rule: Rule, seen: ReadonlySet<Read>): readonly Read[] {
  return [...seen].filter(part => !ALLOWED_BY[part].some(need => rule.needs.includes(need)));
}

describe('over all fixtures', () => {
  const seen = new Map<string, ReadonlySet<Read>>();
  beforeAll(async () => {
    for (const rule of RULES) seen.set(rule.id, record(rule));
    for (const { id } of RULES) for (const fixture of readFixtures(id)) await evaluateFixture(fixture);
    vi.restoreAllMocks();
  }, 60_000);

  test.each(RULES.map(rule => ({ id: rule.id, rule })))('$id reads only what it declares', ({ id, rule }) => {
    expect(undeclared(rule, seen.get(id) ?? new Set())).toEqual([]);
  });
});

test('a rule that reads endpoints without declaring it is detected', async () => {
  const [fixture] = readFixtures('local-policy-uncovered-nodes').filter(({ outcome }) => outcome === 'fires');
  const rule = RULES.find(({ id }) => id === 'local-policy-uncovered-nodes');
  if (!fixture || !rule) throw new Error('the fixture is gone');
  const seen = record(rule);
  await evaluateFixture(fixture);
  expect(undeclared({ ...rule, needs: ['nodes'] }, seen)).toEqual(['routing']);
  expect(undeclared({ ...rule, needs: ['endpoints'] }, seen)).toEqual(['clientNodes']);
});
