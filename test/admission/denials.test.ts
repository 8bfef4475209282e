import { describe, expect, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import { respond } from '../../src/admission/respond.ts';
import { parseReview } from '../../src/admission/review.ts';
import { parseConfig } from '../../src/config/config.ts';
import { projectPod } from '../../src/model/pod-projection.ts';
import { cluster, NOW, reviewEnvironment, reviewOf } from '../webhook/harness.ts';

const RULE = 'local-policy-uncovered-nodes';
/** The agent has endpoints on n1 and n3, none on n2. */
const CONTROL = {};

interface Attempt {
  readonly review?: Parameters<typeof reviewOf>[0];
  /** Pods that the look-up finds; by default those on n1 and n3. */
  readonly pods?: readonly object[];
  readonly settings?: string;
}

async function attempt({ review = CONTROL, pods = [podOn('n1'), podOn('n3')], settings = '' }: Attempt = {}) {
  const text = `apiVersion: zonewise.dev/v1alpha1\nkind: Config\nrules: { ${RULE}: deny }\n${settings}\n`;
  const { policy } = parseConfig(text, 'test');
  const find: PodFinder['find'] = async () => ({ kind: 'pods', pods: pods.map(projectPod) });
  const environment = reviewEnvironment({
    pods: { find },
    policy: () => policy,
    topology: () => cluster('agent'),
  });
  const outcome = await admit(parseReview(reviewOf(review)), environment, new Deadline(10_000, () => 0));
  if (outcome.kind === 'passed-over') return { allowed: true, message: '', warnings: [] };
  const { allowed, status, warnings = [] } = respond('u', outcome.evaluation).response;
  return { allowed, message: status?.message ?? '', warnings };
}

const ago = (ms: number) => new Date(NOW - ms).toISOString();

function podOn(nodeName: string | null, over: { metadata?: object; status?: object } = {}): object {
  return {
    metadata: { name: `agent-${nodeName}`, namespace: 'default', labels: { app: 'agent' }, ...over.metadata },
    spec: { nodeName, containers: [] },
    status: {
      phase: nodeName ? 'Running' : 'Pending',
      podIPs: nodeName ? [{ ip: `10.1.9.${nodeName.slice(1)}` }] : [],
      ...over.status,
    },
  };
}

const DAEMON_SET = { ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }] };

test('the Service is denied, and the text says what lifts it', async () => {
  expect(await attempt()).toEqual({
    allowed: false,
    message: expect.stringMatching(
      /\(n2\).*\[local-policy-uncovered-nodes\]; to lift this: set internalTrafficPolicy to Cluster and trafficDistribution to PreferSameNode/,
    ),
    warnings: [],
  });
});

test('the text has the advice of the rule if there is no fix', async () => {
  const settings = `overrides: [{ match: {}, rules: { ${RULE}: off, unknown-topology-mode: deny } }]`;
  const review = { metadata: { annotations: { 'service.kubernetes.io/topology-mode': 'AUTO' } } };
  const { message } = await attempt({ review, settings });
  expect(message).toMatch(/\[unknown-topology-mode\]; to lift this: /);
  expect(message).not.toContain('\n');
});

describe('annotations of the Service do not narrow a rule at level deny', () => {
  test.each([
    ['zonewise.dev/client-nodes', 'pool=none'],
    ['zonewise.dev/client-nodes', 'topology.kubernetes.io/zone=b'],
    ['zonewise.dev/client-nodes', ',,('],
    ['zonewise.dev/ignore', '*'],
  ])('%s: %s', async (annotation, value) => {
    const annotations = { [annotation]: value, 'zonewise.dev/ignore-reason': 'none' };
    expect(await attempt({ review: { metadata: { annotations } } })).toMatchObject({ allowed: false });
  });

  test.each([
    ['zonewise.dev/client-nodes', 'pool=none', false],
    ['zonewise.dev/client-nodes', 'topology.kubernetes.io/zone=b', true],
    ['zonewise.dev/client-nodes', ',,(', false],
    ['zonewise.dev/ignore', '*', true],
  ])('unless the configuration allows it: %s: %s', async (annotation, value, allowed) => {
    const annotations = { [annotation]: value, 'zonewise.dev/ignore-reason': 'none' };
    const settings = 'annotationsMaySilenceDeny: true';
    expect(await attempt({ review: { metadata: { annotations } }, settings })).toMatchObject({ allowed });
  });
});

describe('Pods that cannot become endpoints do not delay a denial', () => {
  const covered = [podOn('n1')];
  const unscheduled = (reason: string) => ({ conditions: [{ type: 'PodScheduled', status: 'False', reason }] });
  const young = { creationTimestamp: ago(1000) };
  const leaving = (deletedAgoMs: number, graceSeconds: number) => ({
    ...DAEMON_SET,
    deletionTimestamp: ago(deletedAgoMs - graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
  });
  test.each([
    ['an unschedulable one', podOn(null, { metadata: young, status: unscheduled('Unschedulable') })],
    ['a gated one', podOn(null, { metadata: young, status: unscheduled('SchedulingGated') })],
    [
      'an unschedulable one of a workload',
      podOn(null, { metadata: { ...young, ...DAEMON_SET }, status: unscheduled('Unschedulable') }),
    ],
    ['one without a controller, for two nodes', podOn(null, { metadata: young })],
    [
      'one that a finalizer holds',
      podOn('n2', { metadata: { ...leaving(1000, 30), finalizers: ['example.com/hold'] } }),
    ],
    ['one that should be gone', podOn('n2', { metadata: leaving(61_000, 30) })],
    ['one with a grace period of a year', podOn('n2', { metadata: leaving(331_000, 31_536_000) })],
    ['a terminating one without a node', podOn(null, { metadata: leaving(1000, 30) })],
  ])('%s', async (_what, pod) => {
    expect(await attempt({ pods: [...covered, pod] })).toMatchObject({ allowed: false });
  });

  test.each([
    [
      'a young one of a ReplicaSet',
      podOn(null, { metadata: { ...young, ownerReferences: [{ kind: 'ReplicaSet', controller: true }] } }),
    ],
    ['one that a DaemonSet replaces', podOn('n2', { metadata: leaving(59_000, 30) })],
    ['one with a long grace period', podOn('n2', { metadata: leaving(329_000, 600) })],
  ])('others do, with a warning: %s', async (_what, pod) => {
    expect(await attempt({ pods: [...covered, pod] })).toEqual({
      allowed: true,
      message: '',
      warnings: [`agent: not evaluated because its Pods are not scheduled or not started yet: ${RULE}`],
    });
  });

  test('a Pod without a controller may cover the last node', async () => {
    const pods = [podOn('n1'), podOn('n3'), podOn(null, { metadata: young })];
    expect(await attempt({ pods })).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('not evaluated')],
    });
  });
});

describe('an update is denied for what it introduces', () => {
  const update = (old: Parameters<typeof reviewOf>[0], change: Parameters<typeof reviewOf>[0] = {}) => ({
    ...change,
    request: { operation: 'UPDATE', oldObject: reviewOf(old).request.object },
  });
  const LABELED = { metadata: { labels: { team: 'a' } } };

  test('a violation that it brings about is denied', async () => {
    const review = update({ spec: { internalTrafficPolicy: 'Cluster' } });
    expect(await attempt({ review })).toMatchObject({
      allowed: false,
      message: expect.stringContaining('this change'),
    });
  });

  test('one that it leaves as it was is a warning', async () => {
    const { allowed, warnings } = await attempt({ review: update({}, LABELED) });
    expect(allowed).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/^not denied, as the change leaves it as it was: agent: .*\(n2\)/),
    ]);
  });

  test('unless existing violations are denied too', async () => {
    expect(await attempt({ review: update({}, LABELED), settings: 'denyExisting: true' })).toMatchObject({
      allowed: false,
    });
  });

  test('the old Service does not count as it was exempted', async () => {
    const annotations = { 'zonewise.dev/client-nodes': 'topology.kubernetes.io/zone=b' };
    expect(await attempt({ review: update({ metadata: { annotations } }) })).toMatchObject({ allowed: true });
  });

  describe('of a Service being deleted', () => {
    const deleting = { deletionTimestamp: '2026-05-31T00:00:00Z', finalizers: ['example.com/hold'] };
    const harmless = { metadata: deleting, spec: { internalTrafficPolicy: 'Cluster' } };

    test('a violation that it brings about is denied', async () => {
      expect(await attempt({ review: update(harmless, { metadata: deleting }) })).toMatchObject({ allowed: false });
    });

    test('the removal of a finalizer is allowed without a warning, also if existing violations are denied', async () => {
      const review = update({ metadata: deleting }, { metadata: { ...deleting, finalizers: [] } });
      const settings = 'denyExisting: true';
      expect(await attempt({ review, settings })).toEqual({ allowed: true, message: '', warnings: [] });
    });
  });

  test('one with other contents than before is denied', async () => {
    const settings = `overrides: [{ match: {}, rules: { ${RULE}: off, unknown-topology-mode: deny } }]`;
    const mode = (value: string) => ({ metadata: { annotations: { 'service.kubernetes.io/topology-mode': value } } });
    expect(await attempt({ review: update(mode('AUTO'), mode('ON')), settings })).toMatchObject({ allowed: false });
    expect(await attempt({ review: update(mode('AUTO'), mode('AUTO')), settings })).toMatchObject({ allowed: true });
  });
});
