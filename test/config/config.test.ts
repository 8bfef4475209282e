import { describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../src/config/config.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { file } from '../cli/terminal.ts';

const HEAD = 'apiVersion: zonewise.dev/v1alpha1\nkind: Config\n';
const parse = (text: string) => parseConfig(HEAD + text, 'zonewise.yaml').policy;

test('an empty configuration is the default', () => {
  expect(parse('')).toEqual(DEFAULT_POLICY);
});

test('all settings are read', () => {
  const policy = parse(`
rules:
  local-policy-uncovered-nodes: deny
  unknown-topology-mode: off
  unsupported-value: { level: warn }
overrides:
  - match: { namespaces: ["dev-*"], namespaceSelector: { matchLabels: { team: a } }, types: [NodePort] }
    rules: { local-policy-uncovered-nodes: info }
defaults:
  - match: { types: [ClusterIP] }
    set: { trafficDistribution: PreferSameZone }
dataplane: cilium
clientNodes: { minAge: 5m, excludeTaints: [spot], selector: "pool=web" }
names: counts-only
annotationsMaySilenceDeny: true
denyExisting: true
docsUrl: https://docs.example.com/rules
`);
  expect(policy).toEqual({
    rules: {
      'local-policy-uncovered-nodes': { level: 'deny', options: {} },
      'unknown-topology-mode': { level: 'off', options: {} },
      'unsupported-value': { level: 'warn', options: {} },
    },
    overrides: [
      {
        match: {
          namespaces: ['dev-*'],
          namespaceSelector: [{ key: 'team', operator: 'in', values: ['a'] }],
          types: ['NodePort'],
        },
        rules: { 'local-policy-uncovered-nodes': { level: 'info', options: {} } },
      },
    ],
    defaults: [
      {
        match: { namespaces: [], namespaceSelector: [], types: ['ClusterIP'] },
        set: { trafficDistribution: 'PreferSameZone' },
        overApiDefault: false,
      },
    ],
    dataPlanes: [
      {
        nodes: null,
        candidates: [20, 19, 18, 17].map(minor =>
          expect.objectContaining({ kind: 'cilium', version: { major: 1, minor, patch: null } }),
        ),
      },
    ],
    clientNodes: { minAgeMs: 300_000, excludeTaints: ['spot'], selector: expect.anything() },
    names: 'counts-only',
    annotationsMaySilenceDeny: true,
    denyExisting: true,
    docsUrl: 'https://docs.example.com/rules',
  });
});

test('a namespace selector is a full label selector, in overrides and in defaults', () => {
  const selector = `{ matchLabels: { team: a }, matchExpressions: [
    { key: tier, operator: In, values: [gold, silver] }, { key: zone, operator: NotIn, values: [x] },
    { key: audited, operator: Exists }, { key: legacy, operator: DoesNotExist, values: [] } ] }`;
  const { overrides, defaults } = parse(`
overrides: [{ match: { namespaceSelector: ${selector} }, rules: {} }]
defaults: [{ match: { namespaceSelector: ${selector} }, set: { internalTrafficPolicy: Local } }]
`);
  const expected = [
    { key: 'team', operator: 'in', values: ['a'] },
    { key: 'tier', operator: 'in', values: ['gold', 'silver'] },
    { key: 'zone', operator: 'notin', values: ['x'] },
    { key: 'audited', operator: 'exists' },
    { key: 'legacy', operator: 'absent' },
  ];
  expect([overrides[0]?.match.namespaceSelector, defaults[0]?.match.namespaceSelector]).toEqual([expected, expected]);
});

describe('an invalid requirement of a namespace selector is reported with its path', () => {
  const at = 'overrides.0.match.namespaceSelector.matchExpressions.0';
  test.each([
    [
      '{ key: a, operator: In }',
      `${at}: the field "values" is missing; expected the values that In and NotIn compare with`,
    ],
    [
      '{ key: a, operator: NotIn, values: [] }',
      `${at}.values: [] is not allowed; expected the values that In and NotIn compare with`,
    ],
    [
      '{ key: a, operator: Exists, values: [b] }',
      `${at}.values: ["b"] is not allowed; expected no values with Exists and DoesNotExist`,
    ],
    [
      '{ key: a, operator: DoesNotExist, values: [b] }',
      `${at}.values: ["b"] is not allowed; expected no values with Exists and DoesNotExist`,
    ],
    ['{ key: a, operator: notin, values: [b] }', `${at}.operator: "notin" is not allowed; expected one of In, NotIn,`],
    ['{ key: a, operator: In, values: [1] }', `${at}.values.0: expected a text, found 1`],
    ['{ key: a }', `${at}: the field "operator" is missing`],
    ['{ operator: Exists }', `${at}: the field "key" is missing`],
    ['{ key: "", operator: Exists }', `${at}.key: "" is not allowed; expected at least 1 character`],
    [
      '{ key: a, operator: Exists, value: b }',
      `${at}: unknown field "value"; expected one of key, operator, values; did`,
    ],
  ])('%s', (expression, message) => {
    const text = `overrides:\n  - rules: {}\n    match:\n      namespaceSelector:\n        matchExpressions:\n          - ${expression}`;
    expect(() => parse(text)).toThrow(`zonewise.yaml:8: ${message}`);
  });
});

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
])('a minimum age of %s is %i ms', (minAge, millis) => {
  expect(parse(`clientNodes: { minAge: ${minAge} }`).clientNodes.minAgeMs).toBe(millis);
});

test('the UI is off by default, and only ever on loopback', () => {
  const listen = (text: string) => parseConfig(`${HEAD}${text}`, 'zonewise.yaml').page.listen;
  expect(listen('')).toBe('');
  expect(listen('page: { listen: "127.0.0.1:8082" }')).toBe('127.0.0.1:8082');
  expect(listen('page: { listen: "[::1]:8082" }')).toBe('[::1]:8082');
  for (const address of ['0.0.0.0:8082', '[::]:8082', ':8082', '10.0.0.1:8082', 'zonewise.example:8082', '127.0.0.1']) {
    expect(() => listen(`page:\n  listen: "${address}"`), address).toThrow(
      /^zonewise.yaml:4: page.listen: .*expected a loopback address such as 127.0.0.1:8082, or empty/,
    );
  }
});

describe('a mistake is reported with its line, the field and the expected value', () => {
  test.each([
    ['level: deny', 3, 'the file: unknown field "level"; expected one of apiVersion, kind, rules'],
    [
      'names: full\nrules:\n  unsupported-value: warn\n  no-such-rule: warn',
      6,
      'rules: unknown rule "no-such-rule"; zonewise rules lists them',
    ],
    ['rules:\n  unsupported-value: loud', 4, '"loud" is not allowed; expected one of off, info, warn, deny'],
    ['rules:\n  unsupported-value:\n    level: loud', 5, 'rules.unsupported-value.level: "loud" is not allowed'],
    [
      'rules:\n  unsupported-value:\n    threshold: 2',
      5,
      'unknown field "threshold"; expected one of level, undecided',
    ],
    ['defaults:\n  - match: {}\n    set: {}', 5, 'defaults.0.set: {} is not allowed; expected at least 1 field'],
    ['rules: []', 3, 'rules: expected a mapping of fields, found []'],
    ['overrides:\n  - rules: {}', 4, 'overrides.0: the field "match" is missing'],
    ['overrides:\n  - match:\n      types: [Headless]\n    rules: {}', 5, '"Headless" is not allowed'],
    [
      'overrides:\n  - match:\n      namespaceSelector:\n        matchLabels:\n          a.b/c: 5\n    rules: {}',
      7,
      'a.b/c: expected a text, found 5',
    ],
    ['datapalne: ipvs', 3, 'did you mean dataplane?'],
    ['rules:\n  local-policy-uncoverd-nodes: off', 4, 'did you mean local-policy-uncovered-nodes?'],
    ['dataplane: kubeproxy', 3, 'did you mean kube-proxy?'],
    [
      'dataplane: ebpf',
      3,
      'dataplane: "ebpf" is not known; expected one of auto, kube-proxy, windows-kube-proxy, cilium',
    ],
    ['dataplane: [kube-proxy, "cilium@1.19,hints"]', 3, 'unknown setting "hints"; expected kube-proxy-replacement'],
    [
      'clientNodes:\n  minAge: 1 minute',
      4,
      'clientNodes.minAge: "1 minute" is not allowed; expected a duration from 0s to 720h, such as 500ms, 60s, 5m or 1h',
    ],
    [
      'audit:\n  reports:\n    kind: Reports',
      5,
      '"Reports" is not allowed; expected one of none, Report, PolicyReport',
    ],
    [
      'audit:\n  reports:\n    maxResults: 5000',
      5,
      'audit.reports.maxResults: 5000 is not allowed; expected a number from 10 to 1000',
    ],
    ['audit:\n  reports:\n    owner: A b', 5, '"A b" is not allowed; expected the name of a ClusterRole, or empty'],
    [
      'clientNodes:\n  minAge: 60',
      4,
      'clientNodes.minAge: expected a duration from 0s to 720h, such as 500ms, 60s, 5m or 1h, found 60',
    ],
    ['serving:\n  drainDelay: 900h', 4, 'serving.drainDelay: "900h" is not allowed; expected a duration from 0s to 1h'],
    ['audit:\n  debounce: 900h', 4, 'audit.debounce: "900h" is not allowed; expected a duration from 0s to 1h'],
    [
      'clientNodes:\n  minAge: 721h',
      4,
      'clientNodes.minAge: "721h" is not allowed; expected a duration from 0s to 720h',
    ],
    ['certificates:\n  leafValidity: 1ms', 4, '"1ms" is not allowed; expected a duration from 30s to 87600h'],
    ['certificates:\n  leafValidity: 9000000h\n  caValidity: 1h', 4, '"9000000h" is not allowed; expected a duration'],
    ['certificates:\n  caValidity: 99999999999h', 4, 'expected a duration from 30s to 87600h'],
    [
      'certificates:\n  leafValidity: 2h\n  caValidity: 1h',
      4,
      'a leaf valid for 2h would outlive a CA valid for 1h; expected leafValidity to be less than caValidity',
    ],
    ['certificates:\n  caValidity: 1h', 4, 'certificates.caValidity: a leaf valid for 2160h would outlive a CA'],
    ['certificates:\n  leafValidity: 8760h', 4, 'certificates.leafValidity: a leaf valid for 8760h would outlive'],
    [
      'dataplane: [cilium, kube-proxy]',
      3,
      '"cilium" and "kube-proxy" are both for all nodes; expected one without "on LABELS"',
    ],
    ['dataplane: ["kube-proxy@1.31 on"]', 3, 'after "on" comes a label selector of nodes, such as pool=old'],
    [
      'overrides:\n  - match:\n      namespaces: ["a\\nb"]\n    rules: {}',
      5,
      '"a\\nb" is not allowed; expected the name of a namespace, or a glob with *',
    ],
    ['? [a]\n: 1', 3, 'a list as the name of a field; expected a text'],
    ['rules:\n  ? {a: b}\n  : warn', 4, 'a mapping as the name of a field; expected a text'],
    ['---\nkind: Config', 3, 'a second document; expected one configuration in the file'],
    ['dataplane: 5', 3, 'dataplane: expected a text or a list, found 5'],
    ['names: []', 3, 'names: [] is not allowed; expected one of full, counts-only'],
    ['serving:\n  maxConcurrent: 0', 4, 'serving.maxConcurrent: 0 is not allowed; expected at least 1'],
    ['serving:\n  maxConcurrent: many', 4, 'serving.maxConcurrent: expected a whole number, found "many"'],
    ['rules: {\n', 4, 'not YAML: '],
    ['names: full\nnames: full', 4, 'not YAML: Map keys must be unique'],
    ['names: *no', 1, 'not YAML: Unresolved alias'],
  ])('%j', (text, line, message) => {
    expect(() => parse(text)).toThrow(`zonewise.yaml:${line}: `);
    expect(() => parse(text)).toThrow(message);
  });

  test.each([
    ['', 'the file: expected a mapping of fields, found nothing'],
    ['# only a comment\n', 'the file: expected a mapping of fields, found nothing'],
    ['null\n', 'the file: expected a mapping of fields, found nothing'],
    ['5\n', 'the file: expected a mapping of fields, found 5'],
    ['some words\n', 'the file: expected a mapping of fields, found "some words"'],
    ['- 1\n', 'the file: expected a mapping of fields, found [1]'],
    ['kind: Config\n', 'the file: the field "apiVersion" is missing'],
    ['apiVersion: v1\nkind: Config\n', 'apiVersion: "v1" is not allowed; expected zonewise.dev/v1alpha1'],
    [
      'apiVersion: zonewise.dev/v1alpha1\nkind: Configuration\n',
      'kind: "Configuration" is not allowed; expected Config',
    ],
  ])('also in the head: %j', (text, message) => {
    expect(() => parseConfig(text, 'zonewise.yaml')).toThrow(message);
  });

  test('also if only later processing finds it', () => {
    expect(() => parse('clientNodes: { selector: "a in (" }')).toThrow('clientNodes.selector: "a in (" is not a label');
  });

  test('and every one is an InputError', () => {
    for (const text of ['level: deny', 'rules: {\n', 'names: *no']) {
      const refused = () => parse(text);
      expect(refused).toThrow(expect.objectContaining({ code: 'unusable-input', file: 'zonewise.yaml' }));
    }
  });
});

test('a file is read, a missing one is reported by name', () => {
  expect(loadConfig(file(`${HEAD}names: counts-only\n`)).policy.names).toBe('counts-only');
  expect(() => loadConfig('/no/zonewise.yaml')).toThrow(
    '/no/zonewise.yaml: the configuration cannot be read: no such file or folder',
  );
});

test('a bare off is off, even if Helm has parsed it as false', () => {
  const { rules } = parse(
    'rules:\n  endpoint-overload: false\n  unknown-topology-mode: off\n  zone-hints-blocked: { level: false }\n',
  );
  expect(Object.values(rules).map(({ level }) => level)).toEqual(['off', 'off', 'off']);
});

test('reports are off by default, and each setting has a default', () => {
  const reports = (text: string) => parseConfig(HEAD + text, 'zonewise.yaml').audit.reports;
  const defaults = {
    kind: 'none',
    minLevel: 'info',
    maxResults: 500,
    writesPerMinute: 60,
    name: 'zonewise',
    owner: '',
  };
  expect(reports('')).toEqual(defaults);
  expect(reports('audit: { reports: { kind: Report, owner: a-role } }')).toEqual({
    ...defaults,
    kind: 'Report',
    owner: 'a-role',
  });
});

test('a CA of clients needs their names', () => {
  const parseServing = (serving: string) => parseConfig(`${HEAD}serving: ${serving}`, 'zonewise.yaml').serving;
  expect(() => parseServing('{ clientCA: ca.crt }')).toThrow(/serving.clientCA needs serving.clientNames/);
  expect(() => parseServing('{ clientCA: ca.crt, clientNames: [] }')).toThrow(/serving.clientCA needs/);
  const { clientNames } = parseServing('{ clientCA: ca.crt, clientNames: [kube-apiserver] }');
  expect(clientNames).toEqual(['kube-apiserver']);
});

test.each([
  [
    'docs/rules',
    /docsUrl: "docs\/rules" is not allowed; expected an http or https URL of at most 200 characters, or empty/,
  ],
  ['javascript:alert(1)', /expected an http or https URL/],
  ['"https://docs.example.com/a b"', /expected an http or https URL/],
  ['https://user:secret@docs.example.com/', /expected an http or https URL/],
  [
    `https://docs.example.com/${'x'.repeat(200)}`,
    /docsUrl: "https:\/\/docs.example.com\/x+… is not allowed; expected an http or/,
  ],
])('docsUrl %s is rejected', (url, message) => {
  expect(() => parse(`docsUrl: ${url}`)).toThrow(message);
});
