import { describe, expect, test } from 'vitest';
import type { AdmissionReviewResponse } from '../../src/admission/respond.ts';
import { parseConfig } from '../../src/config/config.ts';
import { recorded, reviewOf, webhook } from './harness.ts';

const policy = (text: string) =>
  parseConfig(`apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${text}\n`, 'zonewise.yaml').policy;
const SAME_ZONE = policy('defaults: [{ match: { types: [ClusterIP] }, set: { trafficDistribution: PreferSameZone } }]');
const open = () => {
  const review = reviewOf({ spec: { internalTrafficPolicy: 'Cluster' } });
  delete (review.request.object as { spec: { clusterIP?: string } }).spec.clusterIP;
  return review;
};

test('without configured defaults there is no patch and no warning', async () => {
  const { send } = await webhook();
  const { answer } = await send('/mutate', open());
  expect(answer.response).toEqual({ uid: open().request.uid, allowed: true });
});

describe('a configured default', () => {
  test('is set on CREATE by a JSON Patch, with a warning and an audit annotation', async () => {
    const { send, log } = await webhook({ policy: () => SAME_ZONE });
    const { status, answer } = await send('/mutate', open());
    expect([status, answer.response]).toEqual([
      200,
      {
        uid: open().request.uid,
        allowed: true,
        patchType: 'JSONPatch',
        patch: expect.any(String),
        warnings: [expect.stringContaining('agent: zonewise set trafficDistribution: PreferSameZone')],
        auditAnnotations: { 'defaults-set': 'trafficDistribution: PreferSameZone' },
      },
    ]);
    expect(operations(answer)).toEqual([{ op: 'add', path: '/spec/trafficDistribution', value: 'PreferSameZone' }]);
    expect(log).toMatchObject([{ msg: 'review', outcome: 'defaulted', defaults: ['trafficDistribution'] }]);
  });

  test('replaces Cluster only with overApiDefault', async () => {
    const text = 'defaults: [{ match: {}, set: { internalTrafficPolicy: Local }, overApiDefault: OVER }]';
    for (const [over, expected] of [
      ['false', undefined],
      ['true', [{ op: 'replace', path: '/spec/internalTrafficPolicy', value: 'Local' }]],
    ] as const) {
      const { send } = await webhook({ policy: () => policy(text.replace('OVER', over)) });
      expect(operations((await send('/mutate', open())).answer), over).toEqual(expected);
    }
  });

  test.each([
    ['an UPDATE', { request: { operation: 'UPDATE', oldObject: open().request.object } }],
    ['a DELETE', { request: { operation: 'DELETE' } }],
    ['a field that the author wrote', { spec: { trafficDistribution: 'PreferSameNode' } }],
    ['a Service of another type', { spec: { type: 'NodePort' } }],
    ['a headless Service', { spec: { clusterIP: 'None' } }],
  ])('does not change %s', async (_what, change) => {
    const { send } = await webhook({ policy: () => SAME_ZONE });
    const { response } = (await send('/mutate', reviewOf(change))).answer;
    expect(response).toEqual({ uid: response.uid, allowed: true });
  });

  test('has both patch and patchType or neither, for all recorded reviews', async () => {
    const { send } = await webhook({ policy: () => SAME_ZONE });
    const patched: string[] = [];
    for (const name of [
      '01-mutate-create-web',
      '03-mutate-create-edge',
      '05-mutate-create-agent',
      '55-mutate-create-bad',
    ]) {
      const { status, answer } = await send('/mutate', recorded(`${name}.json`));
      expect([name, status, answer.response.allowed]).toEqual([name, 200, true]);
      expect('patch' in answer.response).toBe('patchType' in answer.response);
      if ('patch' in answer.response) patched.push(name);
    }
    // Only agent has the field unset, and its Local policy for all traffic would make the default useless.
    expect(patched).toEqual([]);
  });

  test('does not affect responses of /validate', async () => {
    const { send } = await webhook({ policy: () => SAME_ZONE });
    expect((await send('/validate', open())).answer.response).not.toHaveProperty('patch');
  });
});

function operations({ response }: AdmissionReviewResponse): unknown {
  return response.patch === undefined ? undefined : JSON.parse(Buffer.from(response.patch, 'base64').toString());
}
