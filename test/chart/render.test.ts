import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHART, KUBERNETES, MANIFEST, renderManifest } from '../../charts/generate.ts';
import { controller } from '../../src/cli/controller.ts';
import { serve } from '../../src/cli/serve.ts';
import { parseConfig } from '../../src/config/config.ts';
import { asObject } from '../../src/model/raw.ts';
import { announceSkipped } from '../e2e/assets.ts';
import { faultsOf, podsOf } from './consistency.ts';
import { findHelm } from './helm.ts';
import { helmSays, isHook, named, ofKind, RELEASE, type Rendered, render, valueFlags } from './rendered.ts';
import { rightsOf } from './rights.ts';
import { VARIATIONS } from './variations.ts';

const found = await findHelm({ build: false });
if (found.kind === 'missing') announceSkipped('the rendered Helm chart (test/chart/render.test.ts)', found.why);
const helm = found.kind === 'ready' ? found.path : '';

describe.skipIf(found.kind === 'missing')('the rendered chart', () => {
  describe.each(VARIATIONS)('with $name', ({ values }) => {
    test('is consistent', async () => {
      const namespace = String(values['namespaceOverride'] ?? RELEASE.namespace);
      expect(faultsOf(await render(helm, values), namespace, values)).toEqual([]);
    });
  });

  test.each(VARIATIONS.slice(0, 4))('passes `helm lint`, with $name', async ({ values }) => {
    await helmSays(helm, ['lint', '--strict', CHART, '--kube-version', KUBERNETES, ...valueFlags(values)]);
  });

  test('starts the processes with existing flags', async () => {
    for (const { spec } of podsOf(ofKind(await byDefault(), 'Deployment'))) {
      const [verb, ...flags] = (spec['containers'] as readonly { readonly args: readonly string[] }[])[0]?.args ?? [];
      const help = verb === 'serve' ? serve.help : controller.help;
      expect(flags.filter(flag => !help.includes(flag.replace(/=.*/, '')))).toEqual([]);
    }
  });

  test('equals the plain manifest', () => {
    expect(readFileSync(MANIFEST, 'utf8')).toBe(renderManifest(helm));
  });

  test('limits the account of the controller where the cluster can', async () => {
    const policies = async (values: Readonly<Record<string, unknown>>) =>
      ofKind(await render(helm, values), 'ValidatingAdmissionPolicyBinding').map(({ metadata }) => metadata.name);
    expect(await policies({})).toEqual(['zonewise-controller-webhooks', 'zonewise-controller-secrets']);
    expect(await policies({ certificates: { mode: 'existing-secret', secret: 'tls' } })).toEqual([
      'zonewise-controller-webhooks',
    ]);
    expect(await policies({ certificates: { mode: 'cert-manager' } })).toEqual([]);
    expect(await policies({ controller: { admissionPolicies: false } })).toEqual([]);
    const args = ['template', RELEASE.name, CHART, '--namespace', RELEASE.namespace, '--kube-version'];
    expect(await helmSays(helm, [...args, '1.30.0'])).toContain('ValidatingAdmissionPolicy');
    expect(await helmSays(helm, [...args, '1.29.9'])).not.toContain('ValidatingAdmissionPolicy');
  });

  test('grants the webhook read access only', async () => {
    expect(rightsOf(await byDefault(), 'zonewise')).toEqual(
      [
        'list namespaces',
        'watch namespaces',
        'list nodes',
        'watch nodes',
        'list pods',
        'list services',
        'watch services',
        'list endpointslices.discovery.k8s.io',
        'watch endpointslices.discovery.k8s.io',
        ...['antrea-config', 'cilium-config', 'kube-proxy', 'kube-proxy-config'].map(
          name => `get configmaps/${name} in kube-system`,
        ),
        ...['anetd', 'antrea-agent', 'cilium', 'kube-proxy', 'kube-proxy-windows', 'kube-router'].map(
          name => `get daemonsets.apps/${name} in kube-system`,
        ),
        'get daemonsets.apps/calico-node',
        'get daemonsets.apps/ovnkube-node',
        'get felixconfigurations.crd.projectcalico.org/default',
        'get installations.operator.tigera.io/default',
        'get networks.operator.openshift.io/cluster',
      ].sort(),
    );
  });

  test.each([
    ['a rule at level deny', { rules: { 'endpoint-overload': 'deny' } }, true],
    [
      'an override to level deny',
      { overrides: [{ match: {}, rules: { 'endpoint-overload': { level: 'deny' } } }] },
      true,
    ],
    ['watchPods: always', { serving: { watchPods: 'always' } }, true],
    ['watchPods: never', { rules: { 'endpoint-overload': 'deny' }, serving: { watchPods: 'never' } }, false],
    ['warnings only', { rules: { 'endpoint-overload': 'warn' }, denyExisting: true }, false],
  ])('grants the webhook to watch Pods only if it does: %s', async (_what, config, watches) => {
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`config.${key}`, value]));
    expect(rightsOf(await render(helm, values), 'zonewise').includes('watch pods')).toBe(watches);
  });

  test('registers for Services with traffic fields only, with a short timeout', async () => {
    const [hook] = named(await byDefault(), 'ValidatingWebhookConfiguration', 'zonewise')['webhooks'] as [object];
    expect(hook).toMatchObject({
      failurePolicy: 'Ignore',
      timeoutSeconds: 2,
      sideEffects: 'None',
      matchPolicy: 'Equivalent',
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', RELEASE.namespace] },
        ],
      },
      matchConditions: [{ name: 'not-only-being-deleted' }, { name: 'has-traffic-fields' }],
    });
    expect(JSON.stringify(hook)).not.toContain('caBundle');
  });

  test('registers the mutating webhook only where defaults are configured', async () => {
    expect(ofKind(await byDefault(), 'MutatingWebhookConfiguration')).toEqual([]);
    const defaults = [{ match: {}, set: { trafficDistribution: 'PreferSameZone' } }];
    const objects = await render(helm, { config: { defaults } });
    expect(named(objects, 'MutatingWebhookConfiguration', 'zonewise')['webhooks']).toMatchObject([
      { reinvocationPolicy: 'IfNeeded', failurePolicy: 'Ignore', rules: [{ operations: ['CREATE'] }] },
    ]);
  });

  test('registers the webhook for workloads only if they are reviewed, with the same permissions', async () => {
    const hooksOf = async (workloads: object) => {
      const objects = await render(helm, { 'config.workloads': workloads });
      return {
        rights: rightsOf(objects, 'zonewise'),
        hooks: named(objects, 'ValidatingWebhookConfiguration', 'zonewise')['webhooks'] as readonly object[],
      };
    };
    for (const workloads of [{}, { enabled: false }, { enabled: false, deny: true }, { deny: true }])
      expect((await hooksOf(workloads)).hooks).toHaveLength(1);
    const { hooks, rights } = await hooksOf({ enabled: true });
    expect(hooks).toHaveLength(2);
    expect(rights).toEqual(rightsOf(await byDefault(), 'zonewise'));
    expect(hooks[1]).toMatchObject({
      name: 'validate-workloads.zonewise.dev',
      clientConfig: { service: { path: '/validate-workloads' } },
      failurePolicy: 'Ignore',
      timeoutSeconds: 1,
      sideEffects: 'None',
      matchPolicy: 'Equivalent',
      rules: [
        { resources: ['deployments', 'statefulsets', 'daemonsets'], operations: ['UPDATE', 'DELETE'] },
        { resources: ['deployments/scale', 'statefulsets/scale'], operations: ['UPDATE'] },
        { resources: ['pods/eviction'], operations: ['CREATE'] },
        { resources: ['nodes'], operations: ['UPDATE'], scope: 'Cluster' },
      ],
    });
  });

  test('grants delete permissions to the clean-up Job only', async () => {
    const objects = await byDefault();
    expect(rightsOf(objects.filter(isHook), 'zonewise-cleanup')).toEqual([
      'delete mutatingwebhookconfigurations.admissionregistration.k8s.io/zonewise',
      'delete validatingwebhookconfigurations.admissionregistration.k8s.io/zonewise',
    ]);
    for (const account of ['zonewise', 'zonewise-controller']) {
      expect(rightsOf(objects, account).filter(right => /^(delete|deletecollection|\*)/.test(right))).toEqual([]);
    }
  });

  test.each([
    ['Report', 'reports', 'openreports.io'],
    ['PolicyReport', 'policyreports', 'wgpolicyk8s.io'],
  ])(
    'grants the controller the reports of kind %s only, by name, and names their owner',
    async (kind, plural, group) => {
      const objects = await render(helm, { config: { audit: { reports: { kind } } } });
      const before = rightsOf(await byDefault(), 'zonewise-controller');
      const role = `zonewise-controller-${plural}`;
      expect(rightsOf(objects, 'zonewise-controller').filter(right => !before.includes(right))).toEqual(
        [
          `create ${plural}.${group}`,
          ...['get', 'list', 'update', 'delete'].map(verb => `${verb} ${plural}.${group}/zonewise`),
          `get clusterroles.rbac.authorization.k8s.io/${role}`,
        ].toSorted(),
      );
      const config = asObject(named(objects, 'ConfigMap', 'zonewise')['data'])['zonewise.yaml'];
      expect(parseConfig(String(config), 'zonewise.yaml').audit.reports).toMatchObject({
        kind,
        name: 'zonewise',
        owner: role,
      });
      const policies = ofKind(objects, 'ValidatingAdmissionPolicyBinding').map(({ metadata }) => metadata.name);
      expect(policies).toContain(role);
    },
  );

  test('grants no reports unless they are configured', async () => {
    for (const values of [{}, { config: { audit: { reports: { kind: 'none' } } } }]) {
      const text = JSON.stringify(await render(helm, values));
      expect([text.includes('openreports.io'), text.includes('wgpolicyk8s.io')]).toEqual([false, false]);
    }
  });

  test('uses another name everywhere', async () => {
    const config = { audit: { reports: { kind: 'Report' } } };
    const objects = await render(helm, { fullnameOverride: 'traffic-advice', config });
    // The names of the Lease and of the audit's ConfigMap are fixed in the controller.
    expect(objects.filter(({ metadata }) => !metadata.name.startsWith('traffic-advice'))).toEqual([]);
  });

  test('restarts a process only for settings that it reads at start', async () => {
    const changed = async (values: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
      const before = ofKind(await byDefault(), 'Deployment');
      const after = ofKind(await render(helm, values), 'Deployment');
      const differs = (now: Rendered, index: number) => JSON.stringify(now) !== JSON.stringify(before[index]);
      return after.filter(differs).map(({ metadata }) => metadata.name);
    };
    expect(await changed({ config: { rules: { 'endpoint-overload': 'off' }, serving: { drainDelay: '1s' } } })).toEqual(
      [],
    );
    expect(await changed({ config: { serving: { maxConcurrent: 8 } } })).toEqual(['zonewise']);
    expect(await changed({ config: { workloads: { enabled: true } } })).toEqual(['zonewise']);
    expect(await changed({ config: { workloads: { deny: true } } })).toEqual([]);
    expect(await changed({ config: { audit: { listen: '', debounce: '9s' }, dataplane: 'ipvs' } })).toEqual([
      'zonewise-controller',
    ]);
    expect(await changed({ config: { audit: { reports: { kind: 'Report' } } } })).toEqual(['zonewise-controller']);
    expect(await changed({ certificates: { leafValidity: '24h' } })).toEqual(['zonewise-controller']);
  });
});

let rendered: Promise<readonly Rendered[]> | undefined;

function byDefault(): Promise<readonly Rendered[]> {
  rendered ??= render(helm, {});
  return rendered;
}
