import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CHART } from '../../../charts/generate.ts';
import { RULES } from '../../../src/rules/index.ts';
import { eventually } from '../waiting.ts';
import type { ChartEnvironment } from './environment.ts';
import { MUTATING, NAMESPACE, VALIDATING } from './release.ts';

/** Services without findings. */
const PLAIN: readonly { readonly fact: string; readonly spec: object; readonly annotations?: object }[] = [
  { fact: 'ClusterIP', spec: {} },
  { fact: 'the defaults written out', spec: { internalTrafficPolicy: 'Cluster', sessionAffinity: 'None' } },
  { fact: 'NodePort', spec: { type: 'NodePort', externalTrafficPolicy: 'Cluster' } },
  { fact: 'LoadBalancer', spec: { type: 'LoadBalancer' } },
  { fact: 'headless', spec: { clusterIP: 'None', publishNotReadyAddresses: true } },
  { fact: 'ExternalName', spec: { type: 'ExternalName', externalName: 'example.com' } },
  { fact: 'without selector', spec: { selector: null } },
  { fact: "somebody else's annotation", spec: {}, annotations: { 'example.com/topology-mode': 'Auto' } },
];

/**
 * The API server rejects the first and drops the fields of the next two before it calls any webhook. The next needs no traffic
 * field: `check` and the audit report it for a plain Service, the webhook for one that it evaluates anyway. The last is about
 * changes of workloads.
 */
const NEVER_SEEN = [
  'unsupported-value',
  'removed-topology-keys',
  'unknown-field',
  'port-matches-no-slice',
  'last-endpoint-lost',
];

export function trafficCases(lab: () => ChartEnvironment): void {
  let markers = 0;
  const logged = async (name: string): Promise<readonly string[]> => {
    const lines = (await readFile(lab().process('zonewise').log, 'utf8')).split('\n').slice(0, -1);
    const entries = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
    return entries.filter(entry => entry.msg === 'review' && entry.name === name).map(entry => entry.path);
  };
  /**
   * Paths of the reviews of a Service so far. Reviews are logged after the response, so this waits for the log of a
   * later one.
   */
  const reviews = async (name: string): Promise<readonly string[]> => {
    const marker = `marker-${++markers}`;
    await create(local(marker), '--dry-run=server');
    await eventually('the log of a later review', async () => (await logged(marker)).includes('/validate'));
    return logged(name);
  };
  const validated = async (name: string): Promise<number> =>
    (await reviews(name)).filter(path => path === '/validate').length;
  const create = (service: object, ...flags: readonly string[]) =>
    lab().plane.kubectl(['create', '-f', '-', ...flags], JSON.stringify(service));

  describe('with the processes of the chart running', () => {
    beforeAll(async () => {
      const { port } = await lab().start('zonewise');
      const { api } = lab().plane;
      // The API server cannot reach Pods here: it is redirected to this machine and still dials SERVICE.NAMESPACE.svc.
      const service = `/api/v1/namespaces/${NAMESPACE}/services/zonewise`;
      await api.patch(service, { spec: { type: 'ExternalName', externalName: 'localhost', selector: null } });
      for (const path of [VALIDATING, MUTATING]) {
        const { webhooks } = (await api.get(path)) as { webhooks: { clientConfig: { service: object } }[] };
        for (const { clientConfig } of webhooks) Object.assign(clientConfig.service, { port });
        await api.patch(path, { webhooks });
      }
      await eventually('the first warning', async () => (await create(local('warm-up'), '--dry-run=server')).stderr);
    });

    test('kubectl apply shows warnings, with the certificate of the controller and the names of the chart', async () => {
      const { code, stderr } = await create(local('local'), '--dry-run=server');
      expect([code, /\[([\w-]+)\]/.exec(stderr)?.[1]]).toEqual([0, 'local-policy-uncovered-nodes']);
      expect(await validated('local')).toBe(1);
    });

    test.each(PLAIN)('a plain Service never reaches the webhook: $fact', async ({ fact, spec, annotations = {} }) => {
      const name = `plain-${fact.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
      expect(
        await create({ ...service(name, spec), metadata: { name, namespace: 'shop', annotations } }),
      ).toMatchObject({
        code: 0,
        stderr: '',
      });
      const label = await lab().plane.kubectl(['label', 'service', '-n', 'shop', name, 'touched=once']);
      expect([label.code, await validated(name)]).toEqual([0, 0]);
    });

    test.each(RULES.map(({ id, example }) => ({ id, example })))(
      'a Service with a finding of $id reaches the webhook',
      async given => {
        const name = `of-${given.id}`.slice(0, 63);
        const documents = parseAllDocuments(given.example).map(document => document.toJS());
        const example = documents.find(({ kind }) => kind === 'Service');
        // This cluster has one IP family and rejects Services that need two.
        const { ipFamilies: _, ipFamilyPolicy: __, ...spec } = example.spec;
        const metadata = { ...example.metadata, name, namespace: 'shop' };
        const { stderr } = await create({ ...example, metadata, spec }, '--dry-run=server', '--validate=ignore');
        const expected = NEVER_SEEN.includes(given.id) ? 0 : 1;
        expect({ stderr, reviews: await validated(name) }).toMatchObject({ reviews: expected });
      },
    );

    test('configured defaults are set, and the result is evaluated', async () => {
      const { code, stderr } = await create(service('open', {}, 'eager'));
      expect([code, stderr]).toEqual([0, expect.stringContaining('zonewise set trafficDistribution')]);
      expect(await reviews('open')).toEqual(['/mutate', '/validate']);
    });

    test('a default that updates take away again and again is reported on the Service', async () => {
      const { kubectl } = lab().plane;
      const operated = service('operated', {}, 'eager');
      for (let round = 0; round < 3; round++) {
        expect((await create(operated)).stderr).toContain('zonewise set trafficDistribution');
        // As an operator does: the whole object, without the field.
        expect(await kubectl(['replace', '-f', '-'], JSON.stringify(operated))).toMatchObject({ code: 0 });
        if (round < 2) await kubectl(['delete', 'service', '-n', 'eager', 'operated']);
      }
      const events = [
        'get',
        'events',
        '-n',
        'eager',
        '-o',
        'jsonpath={.items[?(@.reason=="DefaultStripped")].message}',
      ];
      const note = await eventually('the Event', async () => (await kubectl(events)).stdout);
      expect(note).toContain(
        'updates have removed trafficDistribution: PreferSameZone, the configured default, 3 times',
      );
    });

    test('a Service that the object selector excludes never reaches the webhook', async () => {
      const excluded = local('excluded');
      await create({ ...excluded, metadata: { ...excluded.metadata, labels: { unreviewed: '' } } }, '--dry-run=server');
      expect(await reviews('excluded')).toEqual([]);
    });

    test('kube-system and the namespace of zonewise are excluded', async () => {
      for (const namespace of ['kube-system', NAMESPACE]) await create(local('guarded', namespace), '--dry-run=server');
      expect(await reviews('guarded')).toEqual([]);
    });

    test('a Service being deleted may lose its finalizers, and is evaluated if it changes otherwise', async () => {
      const leaving = local('leaving');
      const { kubectl, api } = lab().plane;
      await create({ ...leaving, metadata: { ...leaving.metadata, finalizers: ['example.com/hold'] } });
      await kubectl(['delete', 'service', '-n', 'shop', 'leaving', '--wait=false']);
      expect(await validated('leaving')).toBe(1);
      await api.patch('/api/v1/namespaces/shop/services/leaving', { spec: { sessionAffinity: 'ClientIP' } });
      await api.patch('/api/v1/namespaces/shop/services/leaving', { metadata: { labels: { team: 'a' } } });
      expect(await validated('leaving')).toBe(3);
      await api.patch('/api/v1/namespaces/shop/services/leaving', { metadata: { finalizers: null } });
      expect(await validated('leaving')).toBe(3);
    });

    test('`helm test` succeeds', async () => {
      const { port, opsPort } = lab().process('zonewise');
      const env = { ...process.env, WEBHOOK: `https://127.0.0.1:${port}`, OPS: `http://127.0.0.1:${opsPort}` };
      const script = join(CHART, 'files/helm-test.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
      expect(stdout).toContain('zonewise is ready and warns');
    });
  });
}

function service(name: string, spec: object, namespace = 'shop') {
  const base = { selector: { app: 'web' }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ...base, ...spec } };
}

function local(name: string, namespace = 'shop') {
  return service(name, { internalTrafficPolicy: 'Local' }, namespace);
}
