import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { beforeAll, expect, test } from 'vitest';
import { PodLookup } from '../../src/cluster/live/pod-lookup.ts';
import { parseConfig } from '../../src/config/config.ts';
import { createAuditMetrics } from '../../src/controller/audit/metrics.ts';
import { createReportMetrics } from '../../src/controller/reports/metrics.ts';
import { createMetrics, REVIEW_DURATION_BUCKETS_SECONDS } from '../../src/serving/metrics.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { collectTopologyMetrics, withLookupMetrics } from '../../src/webhook/topology-metrics.ts';
import { open, post } from '../serving/connection.ts';
import { running } from '../serving/server.ts';
import { allTold, RECORDED, recorded, reviewOf } from './harness.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

/** All metrics with their labels, a contract with dashboards and alerts. */
const NAMES = {
  zonewise_build_info: ['version'],
  zonewise_certificate_expiry_timestamp_seconds: [],
  zonewise_certificate_reload_failures_total: [],
  zonewise_certificate_reloads_total: [],
  zonewise_clients_refused_total: [],
  zonewise_config_current: [],
  zonewise_config_reload_failures_total: [],
  zonewise_config_reloads_total: [],
  zonewise_connections: [],
  zonewise_connections_dropped_total: [],
  zonewise_deadline_misses_total: [],
  zonewise_findings_total: ['rule', 'level'],
  zonewise_pod_lookup_refusals_total: ['reason'],
  zonewise_pod_lookups_total: [],
  zonewise_ready: [],
  zonewise_requests_refused_total: ['reason'],
  zonewise_review_duration_seconds: ['webhook'],
  zonewise_reviews_cut_total: [],
  zonewise_reviews_hurried_total: [],
  zonewise_reviews_total: ['webhook', 'operation', 'outcome'],
  zonewise_rule_failures_total: ['rule'],
  zonewise_tls_handshake_failures_total: [],
  zonewise_topology_age_seconds: [],
  zonewise_topology_objects: ['resource'],
  zonewise_topology_relists_total: ['resource'],
  zonewise_topology_watch_errors_total: ['resource'],
  zonewise_undecided_total: ['rule', 'reason'],
};

test('the metrics have these names and labels, and one line of help each', async () => {
  const { registry } = createMetrics({ processMetrics: false });
  const metrics = registry.getMetricsAsArray() as unknown as { name: string; help: string; labelNames: string[] }[];
  expect(Object.fromEntries(metrics.map(({ name, labelNames }) => [name, labelNames]))).toEqual(NAMES);
  expect(metrics.every(({ help }) => help.length > 10)).toBe(true);
});

test('the documented metrics exist', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const spoken = new Set(text.match(/\bzonewise_[a-z_]+[a-z]/g));
  expect(spoken.size).toBeGreaterThan(5);
  const ofController = new Registry();
  createReportMetrics(ofController);
  createAuditMetrics(ofController);
  const known = new Set([...Object.keys(NAMES), ...ofController.getMetricsAsArray().map(({ name }) => name)]);
  expect([...spoken].filter(name => !known.has(name))).toEqual([]);
});

test('the metrics of Node have the same prefix and include the event-loop lag', async () => {
  const metrics = createMetrics();
  const names = metrics.registry.getMetricsAsArray().map(({ name }) => name);
  expect(names.filter(name => !name.startsWith('zonewise_'))).toEqual([]);
  expect(names).toContain('zonewise_nodejs_eventloop_lag_p99_seconds');
  expect(names).toContain('zonewise_process_resident_memory_bytes');
  metrics.registry.clear();
});

test('no series contains the name of an object, a namespace, a node or a user', async () => {
  const server = await running({ tls });
  const connection = await open(server.webhookPort, tls.cert);
  const marked = JSON.stringify(
    reviewOf({
      metadata: { name: 'marker', namespace: 'marker', annotations: { marker: 'marker' } },
      request: { name: 'marker', namespace: 'marker', uid: 'marker', userInfo: { username: 'marker' } },
    }),
  );
  for (const body of [marked, ...RECORDED.map(name => JSON.stringify(recorded(name)))]) {
    for (const path of ['/validate', '/mutate', '/marker']) await connection.request(post(body, path));
  }
  const text = await server.metrics.text();
  expect(text).not.toContain('marker');
  expect(text).not.toMatch(/="n[123]"/);
  const before = text.split('\n').length;
  for (let i = 0; i < 50; i++) {
    await connection.request(post(marked.replaceAll('marker', `marker-${i}`), '/validate'));
    await connection.request(post('{}', `/marker-${i}`));
  }
  expect((await server.metrics.text()).split('\n').length).toBe(before);
});

test('reviews are counted by operation and outcome, findings by rule and level', async () => {
  const rule = 'local-policy-uncovered-nodes';
  const config = (text: string) => parseConfig(`apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${text}\n`, 'test');
  let { policy } = config('rules: {}');
  const server = await running({ tls }, { policy: () => policy });
  const connection = await open(server.webhookPort, tls.cert);
  const send = (review: object, path = '/validate?timeout=2s') =>
    connection.request(post(JSON.stringify(review), path));
  await send(reviewOf());
  await send(reviewOf({ request: { operation: 'UPDATE', oldObject: reviewOf().request.object } }));
  await send(reviewOf({ spec: { internalTrafficPolicy: 'Cluster' } }));
  await send(reviewOf({ request: { operation: 'DELETE' } }));
  await send(reviewOf(), '/validate?timeout=0s');
  policy = config(`rules: { ${rule}: deny }
defaults: [{ match: { types: [ClusterIP] }, set: { trafficDistribution: PreferSameZone } }]`).policy;
  await send(reviewOf());
  await send(reviewOf({ spec: { trafficDistribution: undefined, internalTrafficPolicy: undefined } }), '/mutate');
  const series = {
    'zonewise_reviews_total{webhook="validate",operation="CREATE",outcome="warned"}': 1,
    'zonewise_reviews_total{webhook="validate",operation="UPDATE",outcome="warned"}': 1,
    'zonewise_reviews_total{webhook="validate",operation="CREATE",outcome="allowed"}': 1,
    'zonewise_reviews_total{webhook="validate",operation="DELETE",outcome="passed-over"}': 1,
    'zonewise_reviews_total{webhook="validate",operation="CREATE",outcome="too-late"}': 1,
    'zonewise_reviews_total{webhook="validate",operation="CREATE",outcome="denied"}': 1,
    'zonewise_reviews_total{webhook="mutate",operation="CREATE",outcome="defaulted"}': 1,
    [`zonewise_findings_total{rule="${rule}",level="warn"}`]: 2,
    [`zonewise_findings_total{rule="${rule}",level="deny"}`]: 1,
    zonewise_deadline_misses_total: 1,
    'zonewise_review_duration_seconds_count{webhook="validate"}': 6,
  };
  for (const [name, value] of Object.entries(series)) expect([name, await server.metric(name)]).toEqual([name, value]);
});

test('the review duration has the buckets of the API server', async () => {
  expect(REVIEW_DURATION_BUCKETS_SECONDS).toEqual([0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25]);
  const server = await running({ tls });
  await (await open(server.webhookPort, tls.cert)).request();
  expect(await server.metric('zonewise_review_duration_seconds_bucket{le="25",webhook="validate"}')).toBe(1);
});

test('a rule that throws is counted by its id', async () => {
  const broken = {
    id: 'broken-rule',
    level: 'warn',
    needs: [],
    summary: '',
    why: '',
    fix: '',
    example: '',
    source: '',
    appliesTo: () => {
      throw new Error('out of order');
    },
    *check() {},
  };
  const server = await running({ tls }, { rules: [broken as never] });
  await (await open(server.webhookPort, tls.cert)).request();
  expect(await server.metric('zonewise_rule_failures_total{rule="broken-rule"}')).toBe(1);
});

test('size, age, relists and errors of the topology are read at each scrape', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const nodes = { synced: true, objects: 3, seen: 3, relists: 1, watchErrors: 2, lastError: null };
  let age = Number.POSITIVE_INFINITY;
  const counters = () => ({ nodes, services: nodes, endpointslices: nodes, namespaces: nodes });
  collectTopologyMetrics(metrics, { ageSeconds: () => age, counters });
  expect(await metrics.text()).not.toMatch(/^zonewise_topology_age_seconds/m);
  age = 42;
  for (let reading = 0; reading < 2; reading++) {
    const text = await metrics.text();
    expect(text).toContain('zonewise_topology_age_seconds 42\n');
    expect(text).toContain('zonewise_topology_objects{resource="nodes"} 3\n');
    expect(text).toContain('zonewise_topology_relists_total{resource="services"} 1\n');
    expect(text).toContain('zonewise_topology_watch_errors_total{resource="endpointslices"} 2\n');
  }
});

test('without a certificate there is no expiry time', async () => {
  expect(await createMetrics({ processMetrics: false }).text()).not.toMatch(/^zonewise_certificate_expiry/m);
});

test('/metrics has the Prometheus format and the current readiness', async () => {
  let ready = false;
  const server = await running({ tls, readiness: () => ({ ready, waitingFor: [] }) });
  const read = async () => {
    const answer = await fetch(`http://127.0.0.1:${server.opsPort}/metrics`);
    return [answer.headers.get('content-type'), /^zonewise_ready (\d)$/m.exec(await answer.text())?.[1]];
  };
  expect(await read()).toEqual(['text/plain; version=0.0.4; charset=utf-8', '0']);
  ready = true;
  expect((await read())[1]).toBe('1');
  server.startDraining();
  expect((await read())[1]).toBe('0');
});

test('Pod lookups are counted, and those without a result by reason', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const never = new Promise<never>(() => {});
  const endless = async function* () {
    for (;;) yield Buffer.alloc(1024 * 1024, ' ');
  };
  const expire: (() => void)[] = [];
  const clock = {
    now: () => 0,
    monotonicMs: () => 0,
    setTimer(_: number, run: () => void) {
      expire.push(run);
      return () => {};
    },
  };
  const lookups = (get: () => Promise<unknown>) => withLookupMetrics(metrics, new PodLookup({ get } as never, clock));
  await lookups(async () => endless()).find('size', { app: 'a' });
  await lookups(() => Promise.reject(new Error('reset'))).find('error', { app: 'a' });
  const limited = lookups(() => Promise.reject(new Error('reset')));
  for (let i = 0; i < 11; i++) await limited.find('rate', { app: `${i}` });
  const hanging = lookups(() => never);
  const waiting = Array.from({ length: 8 }, (_, i) => hanging.find('concurrency', { app: `${i}` }));
  await allTold();
  for (const run of expire) run();
  await Promise.all(waiting);
  const { values } = await metrics.podLookupRefusals.get();
  expect(Object.fromEntries(values.map(({ labels, value }) => [labels.reason, value]))).toEqual({
    size: 1,
    error: 11,
    rate: 1,
    concurrency: 6,
    timeout: 2,
  });
  expect((await metrics.podLookups.get()).values[0]?.value).toBe(21);
});
