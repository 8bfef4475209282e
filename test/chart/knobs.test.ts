import { describe, expect, test } from 'vitest';
import { asList, asObject } from '../../src/model/raw.ts';
import { announceSkipped } from '../e2e/assets.ts';
import { podsOf } from './consistency.ts';
import { findHelm } from './helm.ts';
import { isHook, named, ofKind, RELEASE, type Rendered, render } from './rendered.ts';
import { VARIATIONS } from './variations.ts';

const found = await findHelm({ build: false });
if (found.kind === 'missing') announceSkipped('values of the Helm chart (test/chart/knobs.test.ts)', found.why);
const helm = found.kind === 'ready' ? found.path : '';

const rendered = (values: Readonly<Record<string, unknown>>) => render(helm, values);
const deployment = (objects: readonly Rendered[], name: string) => asObject(named(objects, 'Deployment', name)['spec']);
const podOf = (objects: readonly Rendered[], name: string) =>
  asObject(asObject(deployment(objects, name)['template']).spec);
const containerOf = (objects: readonly Rendered[], name: string) =>
  asObject(asList(podOf(objects, name)['containers'])[0]);
const webhooks = (objects: readonly Rendered[]) => objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
const validating = async (values: Readonly<Record<string, unknown>>) =>
  asList(named(await rendered(values), 'ValidatingWebhookConfiguration', 'zonewise')['webhooks']).map(asObject);
const DEFAULTS = [{ match: {}, set: { trafficDistribution: 'PreferSameZone' } }];

describe.skipIf(found.kind === 'missing')('the value', () => {
  test.each([
    [{}, /^registry\.invalid\/zonewise\/zonewise:\d/],
    [{ repository: 'r.internal/zonewise' }, /^r\.internal\/zonewise:\d/],
    [{ registry: 'registry.internal:5000' }, /^registry\.internal:5000\/zonewise\/zonewise:\d/],
    [{ registry: 'r.internal/mirror', repository: 'z', tag: 'v1' }, /^r\.internal\/mirror\/z:v1$/],
    [{ repository: 'r.internal/z', digest: `sha256:${'a'.repeat(64)}` }, /^r\.internal\/z@sha256:a{64}$/],
  ])('image %j is the image of every Pod', async (image, expected) => {
    const pods = podsOf(await rendered({ image }));
    expect(pods).toHaveLength(4);
    for (const { spec } of pods) expect(asObject(asList(spec['containers'])[0])['image']).toMatch(expected);
  });

  test('namespaceOverride moves all that names the namespace', async () => {
    const values = {
      namespaceOverride: 'traffic',
      config: { defaults: DEFAULTS },
      monitoring: { dashboard: { enabled: true } },
    };
    for (const more of [{}, { certificates: { mode: 'cert-manager' } }]) {
      const text = JSON.stringify(await rendered({ ...values, ...more }));
      expect(text).not.toContain(RELEASE.namespace);
      expect(text).toContain('zonewise.traffic.svc');
    }
    const policies = ofKind(await rendered(values), 'ValidatingAdmissionPolicy');
    expect(JSON.stringify(policies)).toContain('system:serviceaccount:traffic:zonewise-controller');
  });

  test('nameOverride replaces the name of the product, of a release with another name too', async () => {
    const objects = await render(helm, { nameOverride: 'advice' }, { ...RELEASE, name: 'blue' });
    expect(objects.filter(({ metadata }) => !metadata.name.startsWith('blue-advice'))).toEqual([]);
    const product = ofKind(objects, 'Service').map(({ spec }) => asObject(asObject(spec)['selector']));
    expect(product.map(selector => selector['app.kubernetes.io/name'])).toEqual(['advice', 'advice']);
    const [long] = await render(helm, { nameOverride: 'n'.repeat(30) }, { ...RELEASE, name: 'r'.repeat(50) });
    expect(long?.metadata.name.startsWith(`${'r'.repeat(9)}-${'n'.repeat(30)}`)).toBe(true);
  });

  test('commonAnnotations are on every object, and hooks stay hooks', async () => {
    const commonAnnotations = { 'example.com/owner': 'platform', 'helm.sh/hook-weight': '9', empty: '' };
    const objects = await rendered({ commonAnnotations, config: { defaults: DEFAULTS } });
    const plain = await rendered({ config: { defaults: DEFAULTS } });
    expect(objects.filter(({ metadata }) => metadata.annotations?.['example.com/owner'] !== 'platform')).toEqual([]);
    expect(objects.filter(({ metadata }) => metadata.annotations?.['empty'] !== '')).toEqual([]);
    const hooks = (all: readonly Rendered[]) =>
      all
        .filter(isHook)
        .map(({ metadata }) => [
          metadata.annotations?.['helm.sh/hook'],
          metadata.annotations?.['helm.sh/hook-weight'] ?? '9',
        ]);
    expect(hooks(objects)).toEqual(hooks(plain));
    expect(hooks(objects)).toHaveLength(5);
  });

  test('webhooks.annotations are on the webhook configurations, beside the one that cert-manager reads', async () => {
    const annotations = { 'example.com/reviewed': 'yes', 'cert-manager.io/inject-ca-from': 'ours/ours' };
    const objects = await rendered({
      webhooks: { annotations },
      certificates: { mode: 'cert-manager' },
      config: { defaults: DEFAULTS },
    });
    for (const { metadata } of webhooks(objects))
      expect(metadata.annotations).toEqual({
        'example.com/reviewed': 'yes',
        'cert-manager.io/inject-ca-from': `${RELEASE.namespace}/zonewise`,
      });
    expect(webhooks(objects)).toHaveLength(2);
    expect(JSON.stringify(objects.filter(object => !webhooks([object]).length))).not.toContain('example.com/reviewed');
  });

  test('webhooks.objectSelector is that of both webhooks, which have none by default', async () => {
    const objectSelector = { matchLabels: { tier: 'apps' }, matchExpressions: [{ key: 'x', operator: 'Exists' }] };
    const hooks = async (values: object) =>
      webhooks(await rendered({ ...values, config: { defaults: DEFAULTS } })).flatMap(hook => asList(hook['webhooks']));
    expect((await hooks({ webhooks: { objectSelector } })).map(hook => asObject(hook).objectSelector)).toEqual([
      objectSelector,
      objectSelector,
    ]);
    expect((await hooks({})).map(hook => asObject(hook).objectSelector)).toEqual([undefined, undefined]);
  });

  test('webhooks.workloads is for that webhook alone, which shares the namespaces of the others', async () => {
    const own = { name: 'not-by-argo', expression: "request.userInfo.username != 'argo'" };
    const others = { name: 'has-no-type', expression: '!has(object.spec.type)' };
    const [services, workloads] = await validating({
      config: { workloads: { enabled: true } },
      webhooks: {
        failurePolicy: 'Fail',
        timeoutSeconds: 9,
        excludedNamespaces: ['monitoring'],
        namespaceSelector: { matchLabels: { tier: 'apps' } },
        objectSelector: { matchLabels: { tier: 'apps' } },
        matchConditions: [others],
        workloads: { timeoutSeconds: 3, matchConditions: [own] },
      },
    });
    expect(workloads).toMatchObject({ failurePolicy: 'Ignore', timeoutSeconds: 3 });
    expect(workloads?.['namespaceSelector']).toEqual(services?.['namespaceSelector']);
    // A Scale has no labels.
    expect(workloads).not.toHaveProperty('objectSelector');
    expect(asList(workloads?.['matchConditions']).at(-1)).toEqual(own);
    expect(JSON.stringify(workloads)).not.toContain('has-no-type');
    expect(JSON.stringify(services)).not.toContain('not-by-argo');
    expect(services).toMatchObject({ failurePolicy: 'Fail', timeoutSeconds: 9 });
  });

  test.each([
    ['by default', {}, {}, true],
    ['with webhooks.workloads.controllers', {}, { workloads: { controllers: true } }, false],
    ['if a rule may deny', { deny: true }, {}, false],
  ])('webhooks.workloads.controllers: %s', async (_when, workloads, webhooks, excluded) => {
    const [, hook] = await validating({ config: { workloads: { enabled: true, ...workloads } }, webhooks });
    const names = asList(hook?.['matchConditions']).map(condition => asObject(condition)['name']);
    expect(names.includes('not-by-controllers')).toBe(excluded);
  });

  test('extraArgs, extraEnv, extraVolumes and extraVolumeMounts come after those of the chart', async () => {
    const extras = {
      extraArgs: ['--kubeconfig=/etc/extra/kubeconfig'],
      extraEnv: [{ name: 'REGION', value: 'eu' }],
      extraVolumes: [{ name: 'extra', emptyDir: {} }],
      extraVolumeMounts: [{ name: 'extra', mountPath: '/etc/extra' }],
    };
    const objects = await rendered({ serve: extras, controller: extras });
    for (const name of ['zonewise', 'zonewise-controller']) {
      const container = containerOf(objects, name);
      const before = containerOf(await rendered({}), name);
      expect(container['args']).toEqual([...asList(before['args']), ...extras.extraArgs]);
      expect(container['env']).toEqual([...asList(before['env']), ...extras.extraEnv]);
      expect(container['volumeMounts']).toEqual([...asList(before['volumeMounts']), ...extras.extraVolumeMounts]);
      expect(podOf(objects, name)['volumes']).toEqual([
        ...asList(podOf(await rendered({}), name)['volumes']),
        ...extras.extraVolumes,
      ]);
    }
  });

  test('extraEnv may replace NODE_OPTIONS, which is then there once', async () => {
    const extraEnv = [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=300' }];
    const env = asList(containerOf(await rendered({ serve: { extraEnv } }), 'zonewise')['env']).map(asObject);
    expect(env.filter(({ name }) => name === 'NODE_OPTIONS')).toEqual(extraEnv);
  });

  test.each(['serve', 'controller'])('%s.strategy replaces the whole strategy', async component => {
    const name = component === 'serve' ? 'zonewise' : 'zonewise-controller';
    const strategy = async (value: object) =>
      deployment(await rendered({ [component]: { strategy: value } }), name)['strategy'];
    expect(await strategy({ type: 'Recreate' })).toEqual({ type: 'Recreate' });
    expect(await strategy({})).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  });

  test('podSecurityContext and securityContext replace single fields, in every Pod', async () => {
    const objects = await rendered({
      podSecurityContext: { fsGroup: 1000, runAsNonRoot: false },
      securityContext: { runAsUser: 1000, seccompProfile: null },
    });
    for (const { spec } of podsOf(objects)) {
      expect(spec['securityContext']).toEqual({
        fsGroup: 1000,
        runAsNonRoot: false,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(asObject(asList(spec['containers'])[0])['securityContext']).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 1000,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('imagePullSecrets takes both spellings, besides image.pullSecrets', async () => {
    const values = { imagePullSecrets: [{ name: 'a' }, 'b'], image: { pullSecrets: ['c', 'a'] } };
    for (const { spec } of podsOf(await rendered(values)))
      expect(spec['imagePullSecrets']).toEqual([{ name: 'c' }, { name: 'a' }, { name: 'b' }]);
    for (const { spec } of podsOf(await rendered({}))) expect(spec['imagePullSecrets']).toBeUndefined();
  });

  test('serviceAccount names the account of Pods, bindings and admission policies, and may leave it to others', async () => {
    const values = {
      serve: { serviceAccount: { create: false, name: 'reader' } },
      controller: {
        serviceAccount: { name: 'writer', annotations: { a: 'new' } },
        serviceAccountAnnotations: { a: 'old', b: 'c' },
      },
    };
    const objects = await rendered(values);
    const accounts = ofKind(objects, 'ServiceAccount').filter(object => !isHook(object));
    expect(accounts.map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual([
      ['writer', { a: 'new', b: 'c' }],
    ]);
    expect(podOf(objects, 'zonewise')['serviceAccountName']).toBe('reader');
    expect(podOf(objects, 'zonewise-controller')['serviceAccountName']).toBe('writer');
    const bindings = [...ofKind(objects, 'RoleBinding'), ...ofKind(objects, 'ClusterRoleBinding')];
    const subjects = bindings
      .filter(object => !isHook(object))
      .flatMap(({ subjects }) => asList(subjects).map(asObject));
    expect(subjects.map(({ name }) => name).sort()).toEqual(['reader', 'reader', 'writer', 'writer', 'writer']);
    const policies = JSON.stringify(ofKind(objects, 'ValidatingAdmissionPolicy'));
    expect(policies).toContain(`system:serviceaccount:${RELEASE.namespace}:writer'`);
    expect(policies).not.toContain(':zonewise-controller');
  });

  test('serve.autoscaling leaves the number of replicas to the autoscaler', async () => {
    const autoscaling = { enabled: true, maxReplicas: 4 };
    const objects = await rendered({ serve: { autoscaling } });
    expect(deployment(objects, 'zonewise')).not.toHaveProperty('replicas');
    expect(named(objects, 'HorizontalPodAutoscaler', 'zonewise')['spec']).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'zonewise' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '500m' } } },
      ],
    });
    const metrics = [
      { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } } },
    ];
    const other = await rendered({ serve: { autoscaling: { ...autoscaling, metrics } } });
    expect(named(other, 'HorizontalPodAutoscaler', 'zonewise')['spec']).toMatchObject({ metrics });
    expect(ofKind(await rendered({}), 'HorizontalPodAutoscaler')).toEqual([]);
  });

  test.each(VARIATIONS)(
    'of $name renders no Gateway, Ingress or balancer: the API server calls a ClusterIP',
    async ({ values }) => {
      const objects = await rendered(values);
      expect(
        objects.filter(({ kind, apiVersion }) => /Ingress|Route$|Gateway/.test(kind) || /gateway/.test(apiVersion)),
      ).toEqual([]);
      for (const { spec } of ofKind(objects, 'Service'))
        expect(asObject(spec)['type'] ?? 'ClusterIP').toBe('ClusterIP');
    },
  );
});
