import { describe, expect, test } from 'vitest';
import { type PrometheusFlags, parsePrometheus } from '../../../src/cli/traffic/prometheus-flags.ts';
import { InputError } from '../../../src/runtime/errors.ts';
import { file } from '../terminal.ts';

const URL = 'https://prom.example/prometheus';
const PRESET: PrometheusFlags = { prometheus: URL, 'prometheus-preset': 'obi' };
const QUERY: PrometheusFlags = {
  prometheus: URL,
  'prometheus-query': 'sum by (a, b, c) (rate(x[1h]))',
  'prometheus-labels': 'service=a,namespace=b,zone=c',
  'prometheus-unit': 'requests',
};

test('nothing is asked without the flags', () => {
  expect(parsePrometheus({})).toBe(null);
});

test('a preset has a window of an hour, no matchers and 30 seconds', () => {
  expect(parsePrometheus(PRESET)).toEqual({
    server: { origin: 'https://prom.example', prefix: '/prometheus', authorization: null, ca: null, secrets: [] },
    query: { kind: 'preset', name: 'obi', range: { window: '1h', matchers: '' } },
    timeoutMs: 30_000,
  });
});

test('a preset takes a window, matchers, a timeout and a token', () => {
  const request = parsePrometheus({
    ...PRESET,
    'prometheus-window': '7d',
    'prometheus-matchers': String.raw`cluster="a",job=~"x\\.y|z"`,
    'prometheus-timeout': '5',
    'prometheus-token-file': file('tok\n'),
  });
  expect(request).toMatchObject({
    server: { authorization: 'Bearer tok' },
    query: { range: { window: '7d', matchers: String.raw`cluster="a",job=~"x\\.y|z"` } },
    timeoutMs: 5000,
  });
});

test('a query names its labels and its unit', () => {
  expect(parsePrometheus(QUERY)?.query).toEqual({
    kind: 'free',
    promql: 'sum by (a, b, c) (rate(x[1h]))',
    labels: { service: 'a', namespace: 'b', zone: 'c' },
    unit: 'requests',
  });
  const both = parsePrometheus({ ...QUERY, 'prometheus-labels': 'node=d,zone=c,namespace=b,service=a' });
  expect(both?.query).toMatchObject({ labels: { service: 'a', namespace: 'b', node: 'd', zone: 'c' } });
});

describe('rejects', () => {
  const LABELS = 'expected service=LABEL,namespace=LABEL and node=LABEL, zone=LABEL or both';
  const cases: readonly (readonly [flags: PrometheusFlags, message: string])[] = [
    [{ 'prometheus-preset': 'obi' }, '--prometheus-preset goes with --prometheus URL'],
    [{ prometheus: URL }, '--prometheus needs either --prometheus-preset NAME or --prometheus-query PROMQL'],
    [
      { ...QUERY, 'prometheus-preset': 'obi' },
      '--prometheus needs either --prometheus-preset NAME or --prometheus-query PROMQL',
    ],
    [{ ...PRESET, 'prometheus-unit': 'bytes' }, '--prometheus-unit goes with --prometheus-query'],
    [{ ...QUERY, 'prometheus-window': '1h' }, '--prometheus-window goes with --prometheus-preset'],
    [{ ...QUERY, 'prometheus-unit': undefined }, '--prometheus-query needs --prometheus-unit bytes or requests'],
    [{ ...QUERY, 'prometheus-labels': undefined }, `--prometheus-query needs --prometheus-labels; ${LABELS}`],
    [
      { ...QUERY, 'prometheus-labels': 'service=a,namespace=b' },
      `--prometheus-labels service=a,namespace=b: ${LABELS}`,
    ],
    [
      { ...QUERY, 'prometheus-labels': 'service=a,service=b,namespace=b,node=c' },
      `--prometheus-labels service=a,service=b,namespace=b,node=c: ${LABELS}`,
    ],
    [
      { ...QUERY, 'prometheus-labels': 'service=a-b,namespace=b,node=c' },
      `--prometheus-labels service=a-b,namespace=b,node=c: ${LABELS}`,
    ],
    [
      { ...PRESET, 'prometheus-window': '1y' },
      '--prometheus-window 1y: expected a number and s, m, h, d or w, such as 30m or 1d',
    ],
    [
      { ...PRESET, 'prometheus-matchers': 'cluster=a' },
      '--prometheus-matchers cluster=a: expected NAME="VALUE", several separated by commas',
    ],
    [
      { ...PRESET, 'prometheus-matchers': 'a="b"} or {c="d"' },
      String.raw`--prometheus-matchers "a=\"b\"} or {c=\"d\"": expected NAME="VALUE", several separated by commas`,
    ],
    [{ ...PRESET, 'prometheus-timeout': '0' }, '--prometheus-timeout 0: expected seconds from 1 to 600'],
    [{ ...PRESET, 'prometheus-timeout': '601' }, '--prometheus-timeout 601: expected seconds from 1 to 600'],
  ];

  test.each(cases)('%j', (flags, message) => {
    expect(() => parsePrometheus(flags)).toThrow(new InputError(message));
  });

  test('a token file that is not there, by its name', () => {
    expect(() => parsePrometheus({ ...PRESET, 'prometheus-token-file': '/nowhere/token' })).toThrow(
      '/nowhere/token: the bearer token cannot be read: no such file or folder',
    );
  });
});
