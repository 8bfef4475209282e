import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/evaluate.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { ChangeSource } from '../../src/model/change.ts';
import type { Level } from '../../src/model/finding.ts';
import type { Need, Rule } from '../../src/rules/rule.ts';
import { WorkBudget } from '../../src/topology/work-budget.ts';
import { dataPlanes, evaluationInput, FACTS, fakeRule, web } from '../support/builders.ts';

const at = (rules: Readonly<Record<string, Level>>): Policy => ({
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(Object.entries(rules).map(([id, level]) => [id, { level, options: {} }])),
});
/** Names the node in trafficDistribution, so that old and new differ. */
const byNode = (id: string): Rule =>
  fakeRule(id, {
    *check({ service }) {
      const nodes = (service.trafficDistribution ?? '').split('+').filter(Boolean);
      if (nodes.length === 0) return;
      yield {
        message: () => `existing ${nodes}`,
        messageOnChange: () => `this change breaks ${nodes}`,
        path: 'spec.trafficDistribution',
        nodes,
      };
    },
  });

describe('findings', () => {
  test('have the configured level, or a lower one that the rule sets', () => {
    const mild = fakeRule('mild', {
      *check() {
        yield { message: () => 'a remark', path: 'spec.type', maxLevel: 'info' };
      },
    });
    const levels = (policy: Policy) =>
      evaluate(evaluationInput(web(), { rules: [fakeRule('plain'), mild], policy })).findings.map(
        f => `${f.rule} ${f.level}`,
      );
    expect(levels(DEFAULT_POLICY)).toEqual(['plain warn', 'mild info']);
    expect(levels(at({ plain: 'deny', mild: 'deny' }))).toEqual(['plain deny', 'mild info']);
    expect(levels(at({ plain: 'off' }))).toEqual(['mild info']);
  });

  test('are sorted: introduced first, then by level, then in rule order', () => {
    const rules = [byNode('existing'), fakeRule('b'), fakeRule('c'), fakeRule('d'), byNode('also-existing')];
    const old = web('trafficDistribution: n1');
    const service = web('trafficDistribution: n1');
    // On an UPDATE, a finding of the old Service too is existing; any other is introduced.
    const silentBefore = rules.map(rule =>
      rule.id.includes('existing') ? rule : { ...rule, appliesTo: (s: unknown) => s === service },
    );
    const policy = at({ existing: 'deny', c: 'deny', d: 'info' });
    const { findings } = evaluate(evaluationInput(service, { old, rules: silentBefore, policy }));
    expect(findings.map(f => `${f.rule} ${f.level} ${f.introduced}`)).toEqual([
      'c deny true',
      'b warn true',
      'd info true',
      'existing deny false',
      'also-existing warn false',
    ]);
  });

  test('of an UPDATE are introduced only if they affect more than before', () => {
    const reported = (before: string, after: string) =>
      evaluate(evaluationInput(web(after), { old: web(before), rules: [byNode('rule')] })).findings.map(f => f.message);
    const value = (nodes: string) => `trafficDistribution: ${nodes}`;
    expect(reported('', value('n1'))).toEqual(['this change breaks n1 [rule]']);
    expect(reported(value('n1'), value('n1'))).toEqual(['existing n1 [rule]']);
    expect(reported(value('n1+n2'), value('n1'))).toEqual(['existing n1 [rule]']);
    expect(reported(value('n1'), value('n1+n2'))).toEqual(['this change breaks n1,n2 [rule]']);
  });

  test('of a CREATE are introduced, and do not mention a change', () => {
    const [finding] = evaluate(evaluationInput(web('trafficDistribution: n1'), { rules: [byNode('rule')] })).findings;
    expect(finding).toMatchObject({ introduced: true, message: 'existing n1 [rule]' });
  });

  test('of a new selector are compared with the endpoints of the old one', () => {
    const cluster = (endpoints: string) => `
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ port: 80 }]
endpoints: [${endpoints}]`;
    const counting = fakeRule('counting', {
      *check(ctx) {
        const count = ctx.predicted().slices.flatMap(slice => slice.endpoints).length;
        if (count < 2) yield { message: () => `${count} endpoints`, path: 'spec.selector' };
      },
    });
    const [few, many] = ['{ addresses: [10.0.0.1] }', '{ addresses: [10.0.0.1] }, { addresses: [10.0.0.2] }'].map(
      cluster,
    );
    const update = evaluationInput(web(), { old: web(), cluster: few ?? '', rules: [counting] });
    const { topology } = evaluationInput(web(), { cluster: many ?? '' });
    expect(evaluate(update).findings[0]?.introduced).toBe(false);
    expect(evaluate({ ...update, topologyBefore: topology }).findings[0]?.introduced).toBe(true);
  });

  test('contain their evidence', () => {
    const [finding] = evaluate(evaluationInput(web(), { rules: [fakeRule('rule')] })).findings;
    expect(finding?.evidence).toEqual({
      hints: 'unused',
      topologyAgeSeconds: 0,
      dataPlane: 'kube-proxy (assumed)',
      kubernetesVersion: '1.37',
      source: 'pkg/proxy/topology.go, v1.37.1',
    });
  });
});

describe('a rule with an unmet need is skipped with the reason', () => {
  const facts = { ...FACTS, version: { minor: 30 }, dataPlanes: dataPlanes('other') };
  test.each<[Need, string]>([
    ['nodes', 'the cluster has no Nodes'],
    ['endpoints', 'no endpoints yet'],
    ['workloads', 'no manifest of a workload that it selects'],
    ['slices', 'no EndpointSlices yet'],
    ['dataplane: known', 'the routing of this data plane is unknown'],
    ['dataplane: obeys hints', 'the routing of this data plane is unknown'],
    ['kubernetes>=1.31', 'needs Kubernetes 1.31, this is 1.30'],
  ])('%s', (need, why) => {
    const rules = [fakeRule('needy', { needs: [need] })];
    const input = evaluationInput(web(), { rules, facts });
    const { findings, skipped } = evaluate({ ...input, change: { ...input.change, source: 'admission' } });
    expect(findings).toEqual([]);
    expect(skipped.map(skip => skip.why)).toEqual([why]);
  });

  test('unless it does not apply to the Service', () => {
    const rules = [fakeRule('needy', { needs: ['nodes'], appliesTo: () => false })];
    expect(evaluate(evaluationInput(web(), { rules })).skipped).toEqual([]);
  });

  test.each<[Need, ChangeSource, boolean]>([
    ['manifest', 'files', true],
    ['manifest', 'admission', false],
    ['cluster', 'cluster', true],
    ['cluster', 'admission', false],
  ])('or covers another source: %s from %s is reported: %s', (need, source, speaks) => {
    const input = evaluationInput(web(), { rules: [fakeRule('needy', { needs: [need] })] });
    const { findings, skipped } = evaluate({ ...input, change: { ...input.change, source } });
    expect({ findings: findings.length, skipped: skipped.length }).toEqual({ findings: speaks ? 1 : 0, skipped: 0 });
  });

  test('or is off', () => {
    const rules = [fakeRule('needy', { needs: ['nodes'] })];
    expect(evaluate(evaluationInput(web(), { rules, policy: at({ needy: 'off' }) })).skipped).toEqual([]);
  });
});

describe('a rule that throws', () => {
  const broken = (when: Partial<Rule>) =>
    evaluate(evaluationInput(web(), { rules: [fakeRule('broken', when), fakeRule('fine')] }));
  const boom = () => {
    throw new Error('boom');
  };
  test.each<[string, Partial<Rule>]>([
    ['in its check', { check: boom }],
    ['in appliesTo', { appliesTo: boom }],
    [
      'after its first finding',
      {
        *check() {
          yield { message: () => 'half', path: 'spec.type' };
          boom();
        },
      },
    ],
    [
      'in its message',
      {
        *check() {
          yield { message: boom, path: 'spec.type' };
        },
      },
    ],
  ])('%s is reported as a failure and does not affect other rules', (_when, over) => {
    const { findings, failures, skipped } = broken(over);
    expect(findings.map(finding => finding.rule)).toEqual(['fine']);
    expect(failures).toMatchObject([{ rule: 'broken', error: { message: 'boom' } }]);
    expect(skipped).toMatchObject([{ rule: 'broken', why: 'internal error; please report it with the Service' }]);
  });
});

test('a finding is superseded by a more certain one, a denial only by a denial', () => {
  const rules = [fakeRule('guess', { supersededBy: ['sure'] }), fakeRule('sure')];
  const reported = (policy: Policy) =>
    evaluate(evaluationInput(web(), { rules, policy })).findings.map(finding => finding.rule);
  expect(reported(DEFAULT_POLICY)).toEqual(['sure']);
  expect(reported(at({ sure: 'off' }))).toEqual(['guess']);
  expect(reported(at({ guess: 'deny' }))).toEqual(['guess', 'sure']);
  expect(reported(at({ guess: 'deny', sure: 'deny' }))).toEqual(['sure']);
});

describe('a finding for which the work budget does not suffice', () => {
  const fix = {
    description: 'prefer the zone',
    edits: [{ path: ['spec', 'trafficDistribution'], value: 'PreferSameZone' }],
  };
  /** Costs six steps for each Service that it looks at: the Service as sent, the old one, the fixed one. */
  const costly = (budget: () => WorkBudget): Rule =>
    fakeRule('costly', {
      *check({ service }) {
        budget().spend(6);
        if (service.trafficDistribution === null) {
          yield { message: () => 'a finding', path: 'spec.type', fixes: [fix] };
        }
      },
    });
  const outcome = (maxSteps: number) => {
    const budget = new WorkBudget(maxSteps);
    const input = evaluationInput(web(), { old: web(), rules: [costly(() => budget)], policy: at({ costly: 'deny' }) });
    const { findings, incomplete } = evaluate({ ...input, budget });
    return [findings.map(f => [f.level, f.introduced, f.fix?.description ?? null]), incomplete !== null];
  };

  test('stays a denial without a fix, and counts as introduced', () => {
    expect(outcome(18)).toEqual([[['deny', false, 'prefer the zone']], false]);
    expect(outcome(12)).toEqual([[['deny', false, null]], false]);
    expect(outcome(6)).toEqual([[['deny', true, null]], false]);
    expect(outcome(5)).toEqual([[], true]);
  });

  test('is not cached', () => {
    const cache = new EvaluationCache();
    let budget = new WorkBudget();
    const given = evaluationInput(web(), { old: web(), rules: [costly(() => budget)] });
    const input = { ...given, change: { ...given.change, source: 'admission' as const }, cache };
    const fixes = [6, 18, 0].map(maxSteps => {
      budget = new WorkBudget(maxSteps);
      return evaluate({ ...input, budget }).findings[0]?.fix ?? null;
    });
    // The second result is complete, so the third is read from the cache.
    expect(fixes).toEqual([null, fix, fix]);
  });
});
