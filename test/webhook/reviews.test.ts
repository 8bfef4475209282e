import { describe, expect, test } from 'vitest';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import { RECORDED, recorded, reviewOf, webhook } from './harness.ts';

/** The rule with a finding, by recorded review; all others have none. */
const WARNED: Readonly<Record<string, string>> = {
  '02-validate-create-web.json': 'topology-mode-overrides-traffic-distribution',
  '04-validate-create-edge.json': 'local-policy-uncovered-nodes',
  '06-validate-create-agent.json': 'local-policy-uncovered-nodes',
  '08-validate-create-db.json': 'field-not-applicable',
  '10-validate-create-ext.json': 'field-not-applicable',
  '12-validate-update-web.json': 'topology-mode-overrides-traffic-distribution',
};

test('there are recorded reviews of every kind', () => {
  expect(RECORDED).toHaveLength(17);
  expect(Object.keys(WARNED).filter(name => !RECORDED.includes(name))).toEqual([]);
});

describe('recorded reviews of an API server get a valid response', () => {
  test.each(RECORDED.map(name => ({ name })))('$name', async ({ name }) => {
    const { send } = await webhook();
    const review = recorded(name);
    const path = name.includes('-mutate-') ? '/mutate' : '/validate';
    const { status, answer } = await send(`${path}?timeout=2s`, review);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
    const { uid, allowed, warnings = [], ...rest } = answer.response;
    expect({ uid, allowed }).toEqual({ uid: review.request.uid, allowed: true });
    expect(rest, 'no patch, patchType or status').toEqual({});
    const spoken = warnings.map(ruleOf);
    if (WARNED[name]) expect(spoken).toContain(WARNED[name]);
    else expect(spoken).toEqual([]);
  });
});

describe('reviews that are not applicable are allowed without warnings', () => {
  const service = { group: '', version: 'v1', resource: 'services' };
  test.each([
    ['a DELETE', { operation: 'DELETE', object: null }],
    ['a CONNECT', { operation: 'CONNECT' }],
    ['the status of a Service', { subResource: 'status' }],
    ['a Pod', { resource: { ...service, resource: 'pods' } }],
    ['a Knative Service', { resource: { ...service, group: 'serving.knative.dev' } }],
    ['a review without an object', { object: null }],
  ])('%s', async (_what, request) => {
    const { send, log } = await webhook();
    const review = reviewOf();
    const { status, answer } = await send('/validate', { ...review, request: { ...review.request, ...request } });
    expect([status, answer.response]).toEqual([200, { uid: review.request.uid, allowed: true }]);
    expect(log).toMatchObject([{ outcome: 'passed-over' }]);
  });
});

test('a Service with generateName is evaluated in the namespace of the request', async () => {
  const seen: string[] = [];
  const find: PodFinder['find'] = async namespace => {
    seen.push(namespace);
    return { kind: 'gave-up', why: 'no cluster' };
  };
  const { send } = await webhook({ pods: { find } });
  const review = reviewOf({
    metadata: { name: undefined, namespace: undefined, generateName: 'agent-' },
    request: { name: undefined, namespace: 'shop' },
  });
  expect((await send('/validate', review)).status).toBe(200);
  expect(seen).toEqual(['shop']);
});

function ruleOf(warning: string): string {
  return /\[([a-z-]+)\]$/.exec(warning)?.[1] ?? warning;
}
