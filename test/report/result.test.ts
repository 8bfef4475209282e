import { describe, expect, test } from 'vitest';
import type { Level } from '../../src/model/finding.ts';
import { renderJson } from '../../src/report/json.ts';
import type { CheckResult, LocatedFinding } from '../../src/report/result.ts';
import { exitCode, summarize } from '../../src/report/result.ts';
import { renderText } from '../../src/report/text.ts';
import { InputError } from '../../src/runtime/errors.ts';

const object = { kind: 'Service', namespace: 'shop', name: 'web' };
const located = { object, file: 'web.yaml', line: 1 };

function finding(level: Level, over: Partial<LocatedFinding> = {}): LocatedFinding {
  return {
    rule: 'a-rule',
    level,
    message: 'something is odd [a-rule]',
    object,
    path: 'spec.type',
    file: 'web.yaml',
    line: 7,
    nodes: [],
    zones: [],
    fix: null,
    introduced: true,
    denial: null,
    url: null,
    evidence: {
      hints: 'unused',
      topologyAgeSeconds: 0,
      dataPlane: 'kube-proxy',
      kubernetesVersion: '1.37',
      source: 's',
    },
    ...over,
  };
}

test('the summary counts by level', () => {
  const levels = ['warn', 'deny', 'warn', 'info', 'warn'] as const;
  expect(summarize(levels.map(level => finding(level)))).toEqual({ deny: 1, warn: 3, info: 1 });
});

test.each([
  [[], [0, 0, 0, 0]],
  [['info'], [1, 0, 0, 0]],
  [['warn'], [1, 1, 0, 0]],
  [
    ['info', 'deny', 'warn'],
    [1, 1, 1, 0],
  ],
] as const)('of %j the exit codes by --fail-on info, warn, deny, never are %j', (levels, codes) => {
  const findings = levels.map(level => finding(level));
  expect(
    (['info', 'warn', 'deny', 'never'] as const).map(failOn => exitCode({ findings, errors: [] }, failOn)),
  ).toEqual(codes);
});

describe('text', () => {
  test('names place, level, Service and message, then the fix, skipped rules and the summary', () => {
    const fix = { description: 'remove spec.type', edits: [] };
    const skipped = [
      { rule: 'b-rule', object, need: 'endpoints' as const, why: 'no endpoints yet' },
      { rule: 'c-rule', object, need: 'endpoints' as const, why: 'no endpoints yet' },
      { rule: 'd-rule', object, need: 'nodes' as const, why: 'no Nodes are known' },
    ];
    expect(
      renderText(
        {
          findings: [finding('warn', { fix }), finding('info')],
          skipped,
          failures: [],
          errors: [],
          services: [located, located],
        },
        false,
      ),
    ).toBe(
      `web.yaml:7 warn shop/web: something is odd [a-rule]
  fix: remove spec.type
web.yaml:7 info shop/web: something is odd [a-rule]
skipped for shop/web: no endpoints yet (b-rule, c-rule)
skipped for shop/web: no Nodes are known (d-rule)
2 Services checked: 1 warning, 1 note
`,
    );
  });

  test.each([
    [0, [], 'no Services checked: nothing to report\n'],
    [1, [], '1 Service checked: nothing to report\n'],
    [3, ['deny', 'deny', 'info'], '3 Services checked: 2 denials, 1 note\n'],
  ] as const)('of %i Services and %j ends with %j', (services, levels, sum) => {
    const findings = levels.map(level => finding(level));
    expect(
      renderText(
        { findings, skipped: [], failures: [], errors: [], services: Array(services).fill(located) },
        false,
      ).endsWith(sum),
    ).toBe(true);
  });

  test('paints each level in its colour', () => {
    const painted = (level: Level) =>
      renderText({ findings: [finding(level)], skipped: [], failures: [], errors: [], services: [located] }, true);
    const esc = String.fromCharCode(27);
    expect(painted('deny')).toContain(`${esc}[31mdeny`);
    expect(painted('warn')).toContain(`${esc}[33mwarn`);
    expect(painted('info')).toContain(`${esc}[36minfo`);
  });
});

const jsonOf = (result: CheckResult) => [...renderJson(result)].join('');

test('JSON has the layout of JSON.stringify, also for empty lists', () => {
  const empty = { findings: [], skipped: [], failures: [], errors: [], services: [] };
  const full = { ...empty, findings: [finding('warn'), finding('info', { nodes: ['n1'] })] };
  for (const result of [empty, full]) {
    const text = jsonOf(result);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  }
});

test('JSON lists at most 500 nodes of a finding, and their number', () => {
  const nodes = Array.from({ length: 501 }, (_, i) => `n${i}`);
  const nodesOf = (names: string[]) =>
    JSON.parse(
      jsonOf({ findings: [finding('warn', { nodes: names })], skipped: [], failures: [], errors: [], services: [] }),
    ).findings[0];
  expect(nodesOf(nodes)).toMatchObject({ nodes: nodes.slice(0, 500), nodeCount: 501 });
  expect(nodesOf(nodes.slice(1))).toHaveProperty('nodes', nodes.slice(1));
  expect(nodesOf(nodes.slice(1))).not.toHaveProperty('nodeCount');
});

test('JSON has only the fields of the contract', () => {
  const report = JSON.parse(
    jsonOf({
      findings: [finding('warn', { nodes: ['n1'], zones: ['a'] })],
      skipped: [{ rule: 'b-rule', object, need: 'endpoints', why: 'no endpoints yet' }],
      failures: [],
      errors: [new InputError('not YAML', { file: 'a.yaml', line: 3 })],
      services: [located],
    }),
  );
  const { denial: _, url: _none, ...contract } = finding('warn', { nodes: ['n1'], zones: ['a'] });
  expect(report).toEqual({
    findings: [JSON.parse(JSON.stringify(contract))],
    skipped: [{ rule: 'b-rule', object, why: 'no endpoints yet' }],
    errors: [{ file: 'a.yaml', line: 3, message: 'not YAML' }],
    summary: { deny: 0, warn: 1, info: 0 },
  });
});

test('the link of a finding is a line of the text and a key of the JSON', () => {
  const url = 'https://docs.example.com/rules/a-rule.md';
  const result = (findings: readonly LocatedFinding[]): CheckResult => ({
    findings,
    skipped: [],
    failures: [],
    errors: [],
    services: [],
  });
  const linked = result([finding('warn', { url })]);
  expect(renderText(linked, false)).toContain(`something is odd [a-rule]\n  see: ${url}\n`);
  expect(JSON.parse([...renderJson(linked)].join('')).findings[0].url).toBe(url);
  expect([...renderJson(result([finding('warn')]))].join('')).not.toContain('"url"');
});
