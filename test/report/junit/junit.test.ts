import { expect, test } from 'vitest';
import type { Level } from '../../../src/model/finding.ts';
import { renderJunit } from '../../../src/report/junit/junit.ts';
import type { FailOn, LocatedFinding } from '../../../src/report/result.ts';
import { junitCases } from './junit-schema.ts';

const service = (name: string, file: string | null = 'web.yaml', namespace = 'shop') => ({
  object: { kind: 'Service', namespace, name },
  file,
  line: file === null ? null : 1,
});

function finding(level: Level, name: string, over: Partial<LocatedFinding> = {}): LocatedFinding {
  const evidence = {
    hints: 'unused',
    topologyAgeSeconds: 0,
    dataPlane: 'kube-proxy',
    kubernetesVersion: '1.37',
    source: 's',
  } as const;
  const rest = {
    path: 'spec.type',
    nodes: [],
    zones: [],
    fix: null,
    introduced: true,
    denial: null,
    url: null,
    evidence,
  };
  return {
    rule: 'a-rule',
    level,
    message: `${level} of ${name} [a-rule]`,
    ...service(name),
    line: 7,
    ...rest,
    ...over,
  };
}

function render(findings: readonly LocatedFinding[], services: ReturnType<typeof service>[], failOn: FailOn = 'warn') {
  return renderJunit({ findings, skipped: [], failures: [], errors: [], services }, failOn);
}

test('a suite is a file and a case is a Service; findings below --fail-on are output, not failures', () => {
  const fix = { description: 'remove spec.type', edits: [] };
  const findings = [
    finding('deny', 'web'),
    finding('warn', 'web', { fix }),
    finding('info', 'web'),
    finding('info', 'api'),
  ];
  const services = [service('web'), service('api'), service('db', 'db.yaml')];
  expect(junitCases(render(findings, services))).toEqual([
    {
      suite: 'web.yaml',
      name: 'shop/web',
      failure: 'deny of web [a-rule]',
      failureText:
        'web.yaml:7 deny deny of web [a-rule]\nweb.yaml:7 warn warn of web [a-rule]\n  fix: remove spec.type',
      output: 'web.yaml:7 info info of web [a-rule]',
    },
    {
      suite: 'web.yaml',
      name: 'shop/api',
      failure: null,
      failureText: null,
      output: 'web.yaml:7 info info of api [a-rule]',
    },
    { suite: 'db.yaml', name: 'shop/db', failure: null, failureText: null, output: null },
  ]);
});

test.each([
  ['info', ['web', 'api', 'db']],
  ['warn', ['web', 'api']],
  ['deny', ['web']],
  ['never', []],
] as const)('with --fail-on %s these fail: %j', (failOn, expected) => {
  const findings = [finding('deny', 'web'), finding('warn', 'api'), finding('info', 'db')];
  const cases = junitCases(render(findings, [service('web'), service('api'), service('db')], failOn));
  expect(cases.filter(({ failure }) => failure !== null).map(({ name }) => name)).toEqual(
    expected.map(name => `shop/${name}`),
  );
});

test('a suite of a cluster is a namespace, without file and line', () => {
  const services = [service('web', null), service('db', null, 'data'), service('api', null)];
  const xml = render([finding('warn', 'web', { file: null, line: null })], services);
  expect(junitCases(xml).map(({ suite, name }) => `${suite}: ${name}`)).toEqual([
    'shop: shop/web',
    'shop: shop/api',
    'data: data/db',
  ]);
  expect(xml).not.toContain('line=');
});

test('a repeated Service in a file is one case; a report without Services is valid', () => {
  const twice = render(
    [finding('warn', 'web'), finding('warn', 'web', { line: 17 })],
    [service('web'), service('web')],
  );
  expect(junitCases(twice)).toHaveLength(1);
  expect(junitCases(twice)[0]?.failureText).toMatch(/^web\.yaml:7 .*\nweb\.yaml:17 /);
  expect(junitCases(render([], []))).toEqual([]);
});

test('escapes markup, quotes and line breaks, and replaces invalid characters by U+FFFD', () => {
  const name = '<a>&"\'\n\t]]>\u0000\u001b\u000b\ud800\uffff\u{1F600}';
  const shown = '<a>&"\'\n\t]]>\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\u{1F600}';
  const [only] = junitCases(render([finding('warn', name)], [service(name)]));
  expect(only?.name).toBe(`shop/${shown}`);
  expect(only?.failureText).toContain(`warn of ${shown} [a-rule]`);
});
