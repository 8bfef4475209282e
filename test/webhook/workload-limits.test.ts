import { expect, test } from 'vitest';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import type { RuleSetting } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { TimeSlicer } from '../../src/runtime/time-slice.ts';
import { CAPACITY } from '../../src/serving/limits.ts';
import { createMetrics } from '../../src/serving/metrics.ts';
import { topologyFrom } from '../support/builders.ts';
import { cordonReview, deleteReview, evictionReview, scaleReview, updateReview } from '../support/workload-reviews.ts';
import { reviewEnvironment, webhook } from './harness.ts';

const PATH = '/validate-workloads?timeout=2s';
const POD = 'web-7d4b9c6f5d-x2k9p';

/** Two nodes, and Services whose only Pod is on the first. */
function clusterOf(services: number): string {
  const nodes = ['n1', 'n2'].map(
    name => `
kind: Node
metadata: { name: ${name} }
status: { conditions: [{ type: Ready, status: "True" }] }`,
  );
  const each = Array.from(
    { length: services },
    (_, i) => `
kind: Service
metadata: { name: web-${i + 1} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
kind: EndpointSlice
metadata:
  name: web-${i + 1}
  labels: { kubernetes.io/service-name: web-${i + 1}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ port: 80 }]
endpoints: [{ addresses: [10.0.0.1], nodeName: n1, conditions: { ready: true }, targetRef: { kind: Pod, name: ${POD} } }]`,
  );
  return [...nodes, ...each].join('\n---');
}

interface Setup {
  readonly services?: number;
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  readonly denies?: boolean;
  /** Milliseconds per call. */
  readonly clockStepMs?: number;
  readonly throws?: boolean;
}

async function setUp({ services = 1, rules = {}, denies = false, clockStepMs = 0, throws = false }: Setup) {
  const topology = topologyFrom(clusterOf(services));
  const policy = { ...DEFAULT_POLICY, rules };
  const { pods: _, ...environment } = reviewEnvironment({
    topology: () => {
      if (throws) throw new Error('no topology');
      return topology;
    },
    policy: () => policy,
  });
  const own = { ...environment, cache: new EvaluationCache(), slicer: new TimeSlicer(), denies: () => denies };
  const metrics = createMetrics({ processMetrics: false });
  let now = 0;
  const clock = () => (now += clockStepMs);
  return {
    ...(await webhook({}, { workloads: own, metrics, clock, capacity: { ...CAPACITY, largeBodyBytes: 3_000 } })),
    metrics,
  };
}

test('five warnings are shown; above, the last line counts the rest', async () => {
  const five = await (await setUp({ services: 5 })).send(PATH, deleteReview('Deployment'));
  expect(five.answer.response.warnings).toHaveLength(5);
  const many = await (await setUp({ services: 12 })).send(PATH, deleteReview('Deployment'));
  expect(many.answer.response.warnings).toHaveLength(5);
  expect(many.answer.response.warnings?.at(-1)).toBe('8 more warnings about Services are not shown');
});

test('at most 100 Services are evaluated, and the others counted', async () => {
  const { answer } = await (await setUp({ services: 103 })).send(PATH, cordonReview('n1'));
  expect(answer.response.warnings?.[0]).toBe('not evaluated for 3 more Services with such Pods: at most 100 are');
  expect(answer.response.warnings?.at(-1)).toBe('97 more warnings about Services are not shown');
});

test('the log line and the metrics are those of a review, with the path', async () => {
  const { send, log, metrics } = await setUp({});
  await send(PATH, { ...deleteReview('Deployment') });
  await send(PATH, scaleReview('Deployment', 'web', { from: 1, to: 0 }));
  expect(log.filter(({ msg }) => msg === 'review')).toEqual([
    expect.objectContaining({
      path: '/validate-workloads',
      operation: 'DELETE',
      resource: 'deployments',
      outcome: 'evaluated',
      allowed: true,
      rules: ['last-endpoint-lost'],
    }),
    expect.objectContaining({ operation: 'UPDATE', resource: 'deployments/scale', rules: ['last-endpoint-lost'] }),
  ]);
  const text = await metrics.text();
  expect(text).toContain('zonewise_reviews_total{webhook="validate-workloads",operation="DELETE",outcome="warned"} 1');
  expect(text).toContain('zonewise_findings_total{rule="last-endpoint-lost",level="warn"} 2');
});

const DENY = { 'last-endpoint-lost': { level: 'deny', options: {} } } as const;

test('a rule at level deny warns, and rejects the change only if that is set', async () => {
  const warned = await (await setUp({ rules: DENY })).send(PATH, deleteReview('Deployment'));
  expect(warned.answer.response).toMatchObject({
    allowed: true,
    warnings: [expect.stringContaining('leaves no endpoint')],
  });
  const { answer } = await (await setUp({ rules: DENY, denies: true })).send(PATH, deleteReview('Deployment'));
  expect(answer.response.allowed).toBe(false);
  expect(answer.response.status?.message).toMatch(/^default\/web-1: deleting deployment\/web leaves no endpoint/);
});

test('a rule at level deny rejects an eviction, but not the cordon before it', async () => {
  const { send } = await setUp({ rules: DENY, denies: true });
  const cordoned = await send(PATH, cordonReview('n1'));
  expect(cordoned.answer.response).toMatchObject({
    allowed: true,
    warnings: [expect.stringMatching(/a drain of node\/n1 .*leaves no endpoint/)],
  });
  expect((await send(PATH, evictionReview(POD))).answer.response.allowed).toBe(false);
});

test('a rule that is off, or at level info, is silent', async () => {
  for (const level of ['off', 'info'] as const) {
    const rules = { 'last-endpoint-lost': { level, options: {} } };
    const { answer } = await (await setUp({ rules })).send(PATH, deleteReview('Deployment'));
    expect(answer.response).toEqual({ uid: expect.any(String), allowed: true });
  }
});

test('an error in zonewise allows the change, and is logged and counted', async () => {
  const { send, log, metrics } = await setUp({ throws: true });
  const { status, answer } = await send(PATH, deleteReview('Deployment'));
  expect([status, answer.response.allowed, answer.response.warnings]).toEqual([200, true, undefined]);
  expect(log.some(({ msg, rule }) => msg === 'rule failed' && rule === 'validate-workloads')).toBe(true);
  expect(await metrics.text()).toContain('zonewise_rule_failures_total{rule="validate-workloads"} 1');
});

test('after the deadline the change is allowed, with what was found', async () => {
  const { send, log, metrics } = await setUp({ services: 50, clockStepMs: 300 });
  const { answer } = await send(PATH, deleteReview('Deployment'));
  expect(answer.response.allowed).toBe(true);
  expect(log.find(({ msg }) => msg === 'review')).toMatchObject({ outcome: 'too-late' });
  expect(await metrics.text()).toContain('zonewise_deadline_misses_total 1');
});

test('of a large body only the fields are read that decide', async () => {
  const note = 'x'.repeat(10_000);
  const { send, metrics } = await setUp({});
  const scale = scaleReview('Deployment', 'web', { from: 1, to: 0 });
  const scaled = { ...scale, request: { ...scale.request, note } };
  expect((await send(PATH, scaled)).answer.response.warnings).toHaveLength(1);
  const labels = { podSpec: { volumes: [{ name: note }] } };
  const update = updateReview('Deployment', labels, { ...labels, spec: { replicas: 0 } });
  expect((await send(PATH, update)).answer.response.warnings).toHaveLength(1);
  expect(await metrics.text()).toContain('zonewise_reviews_cut_total 0');
});
