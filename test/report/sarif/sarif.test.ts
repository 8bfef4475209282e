import { describe, expect, test } from 'vitest';
import type { Finding, Level } from '../../../src/model/finding.ts';
import type { LocatedFinding } from '../../../src/report/result.ts';
import { renderSarif } from '../../../src/report/sarif/sarif.ts';
import { RULES } from '../../../src/rules/index.ts';
import { runOf, sarifErrors } from './sarif-schema.ts';

const object = { kind: 'Service', namespace: 'shop', name: 'web' };
const rule = 'traffic-distribution-unused';

function finding(over: Partial<LocatedFinding> = {}): LocatedFinding {
  const evidence: Finding['evidence'] = {
    hints: 'unused',
    topologyAgeSeconds: 0,
    dataPlane: 'kube-proxy',
    kubernetesVersion: '1.37',
    source: 's',
  };
  const place = { path: 'spec.trafficDistribution', file: 'deploy/web.yaml', line: 7 };
  const rest = { nodes: [], zones: [], fix: null, introduced: true, denial: null, url: null, evidence };
  return { rule, level: 'warn', message: `it is unused [${rule}]`, object, ...place, ...rest, ...over };
}

function render(findings: readonly LocatedFinding[], over: Partial<Parameters<typeof renderSarif>[0]> = {}) {
  const result = { findings, skipped: [], failures: [], errors: [], services: [], ...over };
  return renderSarif(result, { folder: '/work/repo', docsUrl: '', replacementFor: () => null });
}

describe('SARIF', () => {
  test('is valid with and without findings, files, fixes, rules that were skipped and rules that threw', () => {
    const fix = { description: 'remove it', edits: [{ path: ['spec', 'trafficDistribution'], value: null }] };
    const skipped = [{ rule, object, need: 'endpoints' as const, why: 'no endpoints yet' }];
    const failures = [{ rule, error: new Error('broken') }];
    const full = renderSarif(
      {
        findings: [finding({ fix }), finding({ file: null, line: null })],
        skipped,
        failures,
        errors: [],
        services: [],
      },
      {
        folder: '/work/repo',
        docsUrl: 'https://docs.example.com/rules',
        replacementFor: () => ({
          deleted: { startLine: 7, startColumn: 1, endLine: 8, endColumn: 1 },
          inserted: '',
        }),
      },
    );
    expect(sarifErrors(JSON.parse(full))).toEqual([]);
    const [{ id, helpUri }] = JSON.parse(full).runs[0].tool.driver.rules;
    expect(helpUri).toBe(`https://docs.example.com/rules/${id}.md`);
    expect(render([])).not.toContain('helpUri');
    expect(sarifErrors(JSON.parse(render([])))).toEqual([]);
  });

  test('the schema of the test rejects other JSON', () => {
    const log = JSON.parse(render([finding()]));
    log.runs[0].results[0].level = 'fatal';
    log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b.yaml';
    expect(sarifErrors(log)).toEqual([
      expect.stringMatching(/level: must be equal to one of/),
      expect.stringMatching(/artifactLocation\/uri: must match format/),
    ]);
  });

  test('has every rule with its documentation, and results refer to their rule', () => {
    const { tool, results } = runOf(render([finding()]));
    const [result] = results;
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(tool.driver.rules[result?.ruleIndex ?? -1]).toMatchObject({
      id: rule,
      shortDescription: { text: expect.stringMatching(/\w\.$/) },
      fullDescription: { text: expect.any(String) },
      help: { text: expect.stringContaining('Fix: '), markdown: expect.stringContaining('```yaml\n') },
      defaultConfiguration: { level: 'warning' },
    });
  });

  test.each([
    ['deny', 'error'],
    ['warn', 'warning'],
    ['info', 'note'],
  ] as const)('%s is %s', (level: Level, expected) => {
    expect(runOf(render([finding({ level })])).results[0]?.level).toBe(expected);
  });

  test.each([
    ['deploy/web.yaml', { uri: 'deploy/web.yaml', uriBaseId: '%SRCROOT%' }],
    ['./deploy/../web.yaml', { uri: 'web.yaml', uriBaseId: '%SRCROOT%' }],
    ['/work/repo/a b/50%#?ü.yaml', { uri: 'a%20b/50%25%23%3F%C3%BC.yaml', uriBaseId: '%SRCROOT%' }],
    ['../other/web.yaml', { uri: 'file:///work/other/web.yaml' }],
    ['..web.yaml', { uri: '..web.yaml', uriBaseId: '%SRCROOT%' }],
    ['-', { uri: 'stdin' }],
  ])('names the file %s by a resolvable URI', (file, expected) => {
    const [result] = runOf(render([finding({ file })])).results;
    expect(result?.locations[0].physicalLocation).toEqual({ artifactLocation: expected, region: { startLine: 7 } });
  });

  test('has a name and no file for a Service of a cluster', () => {
    const [result] = runOf(render([finding({ file: null, line: null })])).results;
    expect(result?.locations).toEqual([
      { logicalLocations: [{ name: 'web', fullyQualifiedName: 'Service/shop/web', kind: 'resource' }] },
    ]);
  });

  test('has a fingerprint that is unique and independent of place and message', () => {
    const prints = (findings: LocatedFinding[]) =>
      runOf(render(findings)).results.map(result => result.partialFingerprints['zonewiseFinding/v1']);
    const [first] = prints([finding()]);
    expect(prints([finding({ line: 99, message: 'said otherwise' })])).toEqual([first]);
    const others = [
      finding({ rule: 'unsupported-value' }),
      finding({ file: 'prod/web.yaml' }),
      finding({ object: { ...object, name: 'api' } }),
      finding({ path: 'spec.type' }),
    ];
    expect(new Set(prints([finding(), finding(), ...others])).size).toBe(6);
  });

  test('reports skipped rules once per rule and reason; a rule that threw makes the run unsuccessful', () => {
    const skipped = ['a', 'b', 'c', 'd', 'e'].map(name => ({
      rule,
      object: { ...object, name },
      need: 'endpoints' as const,
      why: 'no endpoints yet',
    }));
    const [quiet] = runOf(render([], { skipped })).invocations;
    expect(quiet).toEqual({
      executionSuccessful: true,
      toolExecutionNotifications: [
        {
          level: 'note',
          message: { text: 'skipped for shop/a, shop/b, shop/c and 2 more: no endpoints yet' },
          associatedRule: { id: rule, index: RULES.findIndex(({ id }) => id === rule) },
        },
      ],
    });
    const [broken] = runOf(render([], { failures: [{ rule, error: new Error('broken') }] })).invocations;
    expect(broken).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error', exception: { message: 'broken' } }],
    });
  });
});
