import { describe, expect, test } from 'vitest';
import { allow, respond } from '../../src/admission/respond.ts';
import type { Evaluation } from '../../src/engine/evaluation.ts';
import type { Finding, Level } from '../../src/model/finding.ts';

const finding = (level: Level, message: string): Finding => ({
  rule: 'a-rule',
  level,
  message,
  object: { kind: 'Service', namespace: 'shop', name: 'web' },
  path: 'spec.type',
  nodes: [],
  zones: [],
  fix: null,
  introduced: true,
  denial: level === 'deny' ? 'change it' : null,
  url: null,
  evidence: { hints: 'unused', topologyAgeSeconds: 0, dataPlane: 'kube-proxy', kubernetesVersion: '1.37', source: 'x' },
});

const found = (findings: readonly Finding[]): Evaluation => ({
  findings,
  skipped: [],
  undecided: [],
  failures: [],
  incomplete: null,
});

test('without findings a request is allowed without warnings', () => {
  expect(respond('u', found([]))).toEqual(allow('u'));
  expect(allow('u').response).toEqual({ uid: 'u', allowed: true });
});

test('infos are not sent to kubectl', () => {
  expect(respond('u', found([finding('info', 'a note')]))).toEqual(allow('u'));
});

test('at most five warnings are sent, in order', () => {
  const messages = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const { response } = respond(
    'u',
    found([finding('info', 'a note'), ...messages.map(message => finding('warn', message))]),
  );
  expect(response).toEqual({ uid: 'u', allowed: true, warnings: ['web: a', 'web: b', 'web: c', 'web: d', 'web: e'] });
});

test('a message gets no prefix if the name is empty or does not fit', () => {
  const messages = ['x'.repeat(251), 'y'.repeat(252)];
  const { response } = respond('u', found(messages.map(message => finding('warn', message))));
  expect(response.warnings).toEqual([`web: ${messages[0]}`, messages[1]]);
  const nameless = { ...finding('warn', 'a'), object: { kind: 'Service', namespace: 'shop', name: '' } };
  expect(respond('u', found([nameless])).response.warnings).toEqual(['a']);
});

describe('a finding at level deny', () => {
  test('rejects the request with its message', () => {
    expect(respond('u', found([finding('deny', 'no')])).response).toEqual({
      uid: 'u',
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'web: no; to lift this: change it' },
    });
  });

  test('is sent together with others and with warnings', () => {
    const { response } = respond('u', found([finding('deny', 'no'), finding('deny', 'never'), finding('warn', 'hm')]));
    expect(response).toMatchObject({
      allowed: false,
      status: { message: 'web: no; to lift this: change it; web: never; to lift this: change it' },
      warnings: ['web: hm'],
    });
  });

  test('that was there before the change is a warning', () => {
    const existing = (message: string) => found([{ ...finding('deny', message), introduced: false, denial: null }]);
    expect(respond('u', existing('no')).response).toEqual({
      uid: 'u',
      allowed: true,
      warnings: ['not denied, as the change leaves it as it was: web: no'],
    });
    const long = 'x'.repeat(240);
    expect(respond('u', existing(long)).response.warnings).toEqual([`web: ${long}`]);
  });
});

describe('rules that could not be evaluated', () => {
  const object = { kind: 'Service', namespace: 'shop', name: 'web' };
  const undecided = (refuses: boolean, ...rules: readonly string[]): Evaluation => ({
    ...found([]),
    undecided: rules.map(rule => ({ rule, object, reason: 'pods-unavailable', refuses })),
  });
  const text = 'web: not evaluated because its Pods could not be listed: a-rule, b-rule, 2 more';

  test('are one warning per reason, before all others', () => {
    const { response } = respond('u', {
      ...undecided(false, 'a-rule', 'b-rule', 'c-rule', 'd-rule'),
      findings: [finding('warn', 'hm')],
    });
    expect(response).toEqual({ uid: 'u', allowed: true, warnings: [text, 'web: hm'] });
  });

  test('reject the request if they are set to', () => {
    expect(respond('u', undecided(true, 'a-rule', 'b-rule', 'c-rule', 'd-rule')).response).toEqual({
      uid: 'u',
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: `${text}; try again later` },
    });
  });
});

describe('with docsUrl', () => {
  const url = 'https://docs.example.com/rules/a-rule.md';
  const linked = (level: Level, message: string) => found([{ ...finding(level, message), url }]);

  test('a warning ends with the link to the page of its rule', () => {
    expect(respond('u', linked('warn', 'odd [a-rule]')).response.warnings).toEqual([`web: odd [a-rule] ${url}`]);
  });

  test('a warning without room for the link keeps its name and its whole text', () => {
    const room = 256 - 'web: '.length - ' '.length - url.length;
    const [fits, tooLong] = ['x'.repeat(room), 'x'.repeat(room + 1)];
    expect(respond('u', linked('warn', fits)).response.warnings).toEqual([`web: ${fits} ${url}`]);
    expect(respond('u', linked('warn', tooLong)).response.warnings).toEqual([`web: ${tooLong}`]);
  });

  test('a denial names the page after the change that lifts it', () => {
    expect(respond('u', linked('deny', 'no')).response.status?.message).toBe(
      `web: no; to lift this: change it; see ${url}`,
    );
  });
});
