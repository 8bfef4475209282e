import { describe, expect, test } from 'vitest';
import { type EvaluationInput, evaluate } from '../../src/engine/evaluate.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { MAX_MESSAGE_LENGTH } from '../../src/engine/message.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { DataPlanes } from '../../src/model/data-plane.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { dataPlanes, evaluationInput, FACTS, fakeRule, web } from '../support/builders.ts';

const EITHER: DataPlanes = {
  ...dataPlanes('kube-proxy'),
  certainty: 'candidates',
  stated: false,
  candidates: [dataPlanes('kube-proxy').candidates[0], dataPlanes('kube-router').candidates[0]],
};

/** Has a finding about each of the fields under these data planes only. */
function ruleFor(kinds: readonly string[], fields = ['spec.type'], over: Partial<Rule> = {}): Rule {
  return fakeRule('picky', {
    needs: ['dataplane: known'],
    *check(ctx) {
      const [first] = ctx.dataPlanes;
      if (first && kinds.includes(first.kind))
        for (const path of fields) yield { message: () => `${path} is odd`, path, nodes: kinds.slice(0, 1) };
    },
    ...over,
  });
}

function outcome(rules: readonly Rule[], planes: DataPlanes, over: Partial<EvaluationInput> = {}) {
  const policy = { ...DEFAULT_POLICY, rules: { picky: { level: 'deny', options: {} } } } as const;
  const input = evaluationInput(web(), { rules, facts: { ...FACTS, dataPlanes: planes }, policy, ...over });
  return evaluate(input);
}

const lines = (...args: Parameters<typeof outcome>) =>
  outcome(...args).findings.map(({ level, message }) => `${level} ${message}`);

describe('if several data planes fit', () => {
  test('what holds under all is a finding as ever', () => {
    expect(lines([ruleFor(['kube-proxy', 'kube-router'])], EITHER)).toEqual(['deny spec.type is odd [picky]']);
  });

  test('what holds under some says under which, as info', () => {
    expect(lines([ruleFor(['kube-router'])], EITHER)).toEqual([
      'info if kube-router serves Pods here: spec.type is odd [picky]',
    ]);
  });

  test('each field stands for itself', () => {
    const both = ruleFor(['kube-proxy', 'kube-router'], ['spec.type']);
    const one = { ...ruleFor(['kube-proxy'], ['spec.ports']), id: 'other' };
    expect(lines([both, one], EITHER)).toEqual([
      'deny spec.type is odd [picky]',
      'info if kube-proxy serves Pods here: spec.ports is odd [other]',
    ]);
  });

  test('a message stays within its length', () => {
    const long = ruleFor(['kube-proxy'], ['spec.type'], {
      *check({ dataPlanes: [first] }) {
        if (first?.kind === 'kube-proxy') yield { message: () => 'x'.repeat(240), path: 'spec.type' };
      },
    });
    const [line] = outcome([long], EITHER).findings;
    expect(line?.message).toHaveLength(MAX_MESSAGE_LENGTH);
    expect(line?.message).toMatch(/^if kube-proxy serves Pods here: x+\.\.\. \[picky\]$/);
  });

  test('a rule that one of them skips is skipped, unless another has a finding', () => {
    const planes: DataPlanes = { ...EITHER, candidates: [EITHER.candidates[0], dataPlanes('other').candidates[0]] };
    expect(outcome([ruleFor([])], planes).skipped.map(({ why }) => why)).toEqual([
      'the routing of this data plane is unknown',
    ]);
    expect(outcome([ruleFor(['kube-proxy'])], planes)).toMatchObject({ skipped: [], findings: [{ level: 'info' }] });
  });

  test('an edit is offered only if it fixes the finding under each', () => {
    const remove = {
      description: 'remove spec.trafficDistribution',
      edits: [{ path: ['spec', 'trafficDistribution'], value: null }],
    };
    const fixable = (kinds: readonly string[]) =>
      ruleFor([], [], {
        *check({ service, dataPlanes: [first] }) {
          const helps = kinds.includes(first?.kind ?? '');
          if (service.trafficDistribution === null && helps) return;
          yield { message: (_, fix) => fix?.description ?? 'no fix', path: 'spec.type', fixes: [remove] };
        },
      });
    const fixOf = (rule: Rule) =>
      evaluate(
        evaluationInput(web('trafficDistribution: PreferClose'), {
          rules: [rule],
          facts: { ...FACTS, dataPlanes: EITHER },
        }),
      ).findings.map(({ fix, message }) => [fix?.description ?? null, message]);
    expect(fixOf(fixable(['kube-proxy', 'kube-router']))).toEqual([
      ['remove spec.trafficDistribution', 'remove spec.trafficDistribution [picky]'],
    ]);
    expect(fixOf(fixable(['kube-proxy']))).toEqual([[null, 'no fix [picky]']]);
  });

  test('results are reused for each', () => {
    const cache = new EvaluationCache();
    let runs = 0;
    const counting = ruleFor([], [], {
      check() {
        runs++;
        return [];
      },
    });
    const change = { operation: 'CREATE', source: 'admission', service: web(), old: null, violations: [] } as const;
    const input = evaluationInput(web(), { rules: [counting], facts: { ...FACTS, dataPlanes: EITHER }, cache, change });
    evaluate(input);
    evaluate(input);
    expect(runs).toBe(2);
  });
});

describe('a denial that depends on the data plane', () => {
  test.each([
    ['is a warning if the data plane is assumed', FACTS.dataPlanes, 'warn'],
    ['stays if the configuration states it', dataPlanes('kube-proxy'), 'deny'],
    ['stays if the cluster shows it', { ...dataPlanes('kube-proxy'), stated: false }, 'deny'],
  ] as const)('%s', (_, planes, level) => {
    expect(outcome([ruleFor(['kube-proxy'])], planes).findings.map(finding => finding.level)).toEqual([level]);
  });

  test('does not include a rule that reads the Service alone', () => {
    const rule = fakeRule('picky');
    expect(outcome([rule], FACTS.dataPlanes).findings.map(finding => finding.level)).toEqual(['deny']);
  });
});
