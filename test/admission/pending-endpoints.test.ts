import { beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/admission/admit.ts';
import { admit } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Pod } from '../../src/model/pod.ts';
import { cluster, NOW, reviewEnvironment, reviewOf } from '../webhook/harness.ts';

const RULE = 'local-policy-uncovered-nodes';
const lookups: string[] = [];
beforeEach(() => void lookups.splice(0));

describe('Pods are looked up if the slices do not show the endpoints of the Service', () => {
  const without = { selector: null };
  test.each([
    ['a CREATE', {}, ['default app=agent']],
    ['a CREATE without a selector', { spec: without }, []],
    ['an UPDATE to another selector', update({ selector: { app: 'agent', tier: 'x' } }), ['default app=agent']],
    ['an UPDATE that removes the selector', { ...update({}), spec: without }, []],
    [
      'an UPDATE that uncovers a node in the slices',
      update({ internalTrafficPolicy: 'Cluster' }),
      ['default app=agent'],
    ],
    ['an UPDATE that uncovers none', { ...update({}), spec: { internalTrafficPolicy: 'Cluster' } }, []],
    ['an UPDATE that reorders the selector', reordered(), []],
  ])('%s: %j', async (_what, change, expected) => {
    await admitted(change, { find: found() });
    expect(lookups).toEqual(expected);
  });

  test('an UPDATE of a Service that has no slices yet', async () => {
    const empty = cluster();
    await admitted(update({}), { find: found() }, empty);
    expect(lookups).toEqual(['default app=agent']);
  });

  test('never without a cluster', async () => {
    expect(rulesOf(await admitted({}, null))).toContain(RULE);
  });
});

describe('on a CREATE', () => {
  test('slices of a deleted Service with the same name are ignored, the Pods count', async () => {
    const everywhere = ['n1', 'n2', 'n3'].map(nodeName => pod({ nodeName }));
    expect(rulesOf(await admitted({}, { find: found(...everywhere) }))).not.toContain(RULE);
  });

  test('scheduled Pods count as pending endpoints, ready or not, with or without an address', async () => {
    const starting = [
      pod({ nodeName: 'n1', ready: false }),
      pod({ nodeName: 'n3', ips: [], phase: 'Pending', ready: false }),
    ];
    expect(nodesOf(await admitted({}, { find: found(...starting) }))).toEqual(['n2']);
  });

  test.each([
    ['unscheduled', { nodeName: null }],
    ['finished', { nodeName: 'n2', phase: 'Succeeded' }],
    ['failed', { nodeName: 'n2', phase: 'Failed' }],
    ['another Service’s', { nodeName: 'n2', labels: { app: 'other' } }],
  ])('a Pod that is %s covers no node', async (_what, over) => {
    const pods = [pod({ nodeName: 'n1' }), pod({ nodeName: 'n3' }), pod(over)];
    expect(nodesOf(await admitted({}, { find: found(...pods) }))).toEqual(['n2']);
  });

  test('without Pods the rules are skipped, as the endpoints could not exist yet', async () => {
    const outcome = await admitted({}, { find: found() });
    expect([rulesOf(outcome), whySkipped(outcome)]).toEqual([[], 'no endpoints yet']);
  });

  test.each([
    ['a DaemonSet is new', { nodeName: 'n1', controllerKind: 'DaemonSet', createdAt: NOW - 59_000 }],
    ['a young Pod has no node yet', { nodeName: null, createdAt: NOW - 1000, controllerKind: 'ReplicaSet' }],
    [
      'a DaemonSet replaces a Pod',
      { nodeName: 'n1', controllerKind: 'DaemonSet', terminating: true, expectedGoneAt: NOW + 1000 },
    ],
  ])('while %s, nodes that may still be covered are not reported', async (_what, over) => {
    const outcome = await admitted({}, { find: found(pod({ nodeName: 'n3' }), pod(over)) });
    expect([rulesOf(outcome), whySkipped(outcome)]).toEqual([[], 'its Pods are not scheduled or not started yet']);
  });

  test.each([
    ['a DaemonSet is older than a minute', { controllerKind: 'DaemonSet', createdAt: NOW - 60_000 }],
    ['a young Pod belongs to a Deployment', { controllerKind: 'ReplicaSet', createdAt: NOW - 1000 }],
    ['a young Pod of a Deployment is terminating', { createdAt: NOW - 1000, terminating: true }],
  ])('if %s, uncovered nodes are reported', async (_what, over) => {
    expect(nodesOf(await admitted({}, { find: found(pod({ nodeName: 'n1', ...over })) }))).toEqual(['n2', 'n3']);
  });
});

describe('on an UPDATE that uncovers a node in the slices, the Pods decide', () => {
  const gap = update({ internalTrafficPolicy: 'Cluster' });
  const at = (nodeName: string, over: Partial<Pod> = {}) => pod({ nodeName, controllerKind: 'DaemonSet', ...over });

  test('a Pod that has no address yet is in no slice and covers its node', async () => {
    const pods = [at('n1'), at('n2', { ips: [], phase: 'Pending', ready: false }), at('n3')];
    expect(rulesOf(await admitted(gap, { find: found(...pods) }))).toEqual([]);
  });

  test('while a DaemonSet replaces its Pods nothing is reported', async () => {
    const pods = [at('n1'), at('n2', { terminating: true, expectedGoneAt: NOW + 1000, ready: false }), at('n3')];
    expect(rulesOf(await admitted(gap, { find: found(...pods) }))).toEqual([]);
  });

  test('a node that the Pods do not cover either is reported', async () => {
    expect(nodesOf(await admitted(gap, { find: found(at('n1'), at('n3')) }))).toEqual(['n2']);
  });

  test('without Pods the slices decide', async () => {
    const find: PodFinder['find'] = async () => ({ kind: 'gave-up', why: 'busy' });
    expect(nodesOf(await admitted(gap, { find }))).toEqual(['n2']);
  });
});

describe('if the Pods are unavailable, topology rules are skipped with the reason', () => {
  test.each<[string, PodFinder['find'], string]>([
    ['hits a limit', async () => ({ kind: 'gave-up', why: '8 pod lists are already in progress' }), '8 pod lists'],
    ['fails', () => Promise.reject(new Error('broken pipe')), 'broken pipe'],
  ])('when the lookup %s', async (_what, find, why) => {
    const outcome = await admitted({}, { find });
    expect(rulesOf(outcome)).toEqual([]);
    expect(whySkipped(outcome)).toContain(why);
  });

  test('other rules still run', async () => {
    const annotations = { 'service.kubernetes.io/topology-mode': 'AUTO' };
    const find: PodFinder['find'] = async () => ({ kind: 'gave-up', why: 'busy' });
    expect(rulesOf(await admitted({ metadata: { annotations } }, { find }))).toEqual(['unknown-topology-mode']);
  });
});

async function admitted(
  change: Parameters<typeof reviewOf>[0],
  pods: PodFinder | null,
  topology = cluster('agent'),
): Promise<Outcome> {
  const request = parseReview(reviewOf(change));
  return admit(request, reviewEnvironment({ pods, topology: () => topology }), new Deadline(10_000, () => 0));
}

/** The recorded CREATE as an UPDATE that changes these fields. */
function update(before: object): { request: object } {
  const object = reviewOf({ spec: before }).request.object;
  return { request: { operation: 'UPDATE', oldObject: object } };
}

function reordered(): object {
  const [a, b] = [
    { app: 'agent', tier: 'x' },
    { tier: 'x', app: 'agent' },
  ];
  return { ...update({ selector: a }), spec: { selector: b, internalTrafficPolicy: 'Cluster' } };
}

function found(...pods: readonly Pod[]): PodFinder['find'] {
  return async (namespace, selector) => {
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    lookups.push(`${namespace} ${labels.join(',')}`);
    return { kind: 'pods', pods };
  };
}

function pod(over: Partial<Pod>): Pod {
  const name = `agent-${over.nodeName}`;
  const known = { namespace: 'default', name, labels: { app: 'agent' }, phase: 'Running', ready: true };
  const rest = {
    terminating: false,
    expectedGoneAt: null,
    unschedulable: false,
    createdAt: null,
    controllerKind: '',
    ips: [`10.1.9.${over.nodeName?.slice(1) ?? 9}`],
    ports: [],
  };
  return { ...known, ...rest, nodeName: null, ...over };
}

function evaluationOf(outcome: Outcome) {
  if (outcome.kind !== 'evaluated') throw new Error(`the review was ${outcome.kind}`);
  return outcome.evaluation;
}

function rulesOf(outcome: Outcome): readonly string[] {
  return evaluationOf(outcome).findings.map(finding => finding.rule);
}

function nodesOf(outcome: Outcome): readonly string[] | undefined {
  return evaluationOf(outcome)
    .findings.find(finding => finding.rule === RULE)
    ?.nodes.slice();
}

function whySkipped(outcome: Outcome): string | undefined {
  return evaluationOf(outcome).skipped.find(({ rule }) => rule === RULE)?.why;
}
