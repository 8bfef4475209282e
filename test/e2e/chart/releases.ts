import { describe, expect, test } from 'vitest';
import { eventually } from '../waiting.ts';
import { runCleanupJob } from './cleanup-job.ts';
import type { ChartEnvironment } from './environment.ts';
import type { PackagedChart } from './packaged.ts';
import { addReported, chartFlags as flagsOf, MUTATING, NAMESPACE, REPORT, VALIDATING } from './release.ts';

/** Short delays, and no minimum age of client nodes: the Nodes are seconds old. */
const CONFIG = {
  clientNodes: { minAge: '0s' },
  audit: { debounce: '200ms', listen: '', reports: { kind: 'Report' } },
  serving: { drainDelay: '0s' },
};
const DEFAULTS = [{ match: { namespaces: ['eager'] }, set: { trafficDistribution: 'PreferSameZone' } }];

/** Lets every Service of the suite through but one with this label. */
const OBJECT_SELECTOR = { matchExpressions: [{ key: 'unreviewed', operator: 'DoesNotExist' }] };

interface Configuration {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

/** Installs and upgrades the chart as it came from the registry. */
export function releaseCases(lab: () => ChartEnvironment, chart: () => PackagedChart): void {
  const chartFlags = (values: Readonly<Record<string, unknown>>) => flagsOf(values, chart().pulled);
  const bundleOf = async (path: string): Promise<string> => {
    const { webhooks } = (await lab().plane.api.get(path)) as Configuration;
    return webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? '').join();
  };

  describe('a release', () => {
    test('is installed by Helm, which prints the next steps', async () => {
      const { code, stdout, stderr } = await lab().helm('install', ...chartFlags({ config: CONFIG }));
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`kubectl rollout status -n ${NAMESPACE} deployment/zonewise`);
      expect(await bundleOf(VALIDATING)).toBe('');
    });

    test('gets its certificate and caBundle from the controller under its own ServiceAccount', async () => {
      await lab().start('zonewise-controller');
      const secret = `/api/v1/namespaces/${NAMESPACE}/secrets/zonewise-tls`;
      await eventually('the Secret', () => lab().plane.api.get(secret));
      const bundle = await eventually('a caBundle', () => bundleOf(VALIDATING));
      expect(Buffer.from(bundle, 'base64').toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
    });

    test.each(['true', 'false'])('keeps its caBundle through an upgrade with --server-side=%s', async serverSide => {
      const before = await bundleOf(VALIDATING);
      await lab().process('zonewise-controller').stop();
      const config = { ...CONFIG, names: serverSide === 'true' ? 'counts-only' : 'full' };
      const flags = [...chartFlags({ config, webhooks: { timeoutSeconds: 3 } }), `--server-side=${serverSide}`];
      const { code, stderr } = await lab().helm('upgrade', ...flags);
      expect([code, stderr]).toEqual([0, '']);
      expect(await bundleOf(VALIDATING)).toBe(before);
      expect(await lab().plane.api.get(VALIDATING)).toMatchObject({ webhooks: [{ timeoutSeconds: 3 }] });
      await lab().process('zonewise-controller').start();
    });

    test('that starts to review workloads gets a caBundle for that webhook too, and loses it again', async () => {
      const config = { ...CONFIG, workloads: { enabled: true } };
      expect(await lab().helm('upgrade', ...chartFlags({ config }))).toMatchObject({ code: 0, stderr: '' });
      const bundlesOf = async () => (await bundleOf(VALIDATING)).split(',');
      const [first, second, ...more] = await eventually('two caBundles', bundlesOf, {
        enough: ([services, workloads]) => services !== '' && services === workloads,
      });
      expect([second, more]).toEqual([first, []]);
      expect(await lab().helm('upgrade', ...chartFlags({ config: CONFIG }))).toMatchObject({ code: 0, stderr: '' });
      expect(await bundlesOf()).toEqual([first]);
    });

    test('with new defaults gets a caBundle for its second webhook too, and keeps what values add to it', async () => {
      const annotations = { 'example.com/reviewed': 'yes' };
      const webhooks = { annotations, objectSelector: OBJECT_SELECTOR };
      const values = {
        config: { ...CONFIG, defaults: DEFAULTS },
        webhooks,
        commonAnnotations: { 'example.com/owner': 'platform' },
      };
      const { code, stderr } = await lab().helm('upgrade', ...chartFlags(values));
      expect([code, stderr]).toEqual([0, '']);
      const bundle = await eventually('a caBundle', () => bundleOf(MUTATING));
      expect(bundle).toBe(await bundleOf(VALIDATING));
      for (const path of [VALIDATING, MUTATING])
        expect(await lab().plane.api.get(path)).toMatchObject({
          metadata: { annotations: { ...annotations, 'example.com/owner': 'platform' } },
          webhooks: [{ objectSelector: OBJECT_SELECTOR }],
        });
    });
  });
}

export function removalCases(lab: () => ChartEnvironment): void {
  describe('an uninstalled release', () => {
    test('leaves no report: the garbage collector deletes them, and only the objects of the controller stay', async () => {
      await addReported(lab().plane, 'last');
      await eventually('a report', () => lab().plane.api.get(REPORT), { timeoutMs: 90_000 });
      const uninstalling = lab().helm('uninstall', '--timeout', '60s');
      // This control plane runs no Jobs, so the test runs the hook.
      const { stdout: output } = await runCleanupJob(lab());
      expect(output).toContain('validatingwebhookconfigurations/zonewise: removed');
      expect(output).toContain('mutatingwebhookconfigurations/zonewise: removed');
      const { code, stderr } = await uninstalling;
      expect([code, stderr]).toEqual([0, '']);
      const reports = ['get', 'reports.openreports.io', '-A', '-o', 'name'];
      await eventually('no report', async () => (await lab().plane.kubectl(reports)).stdout, {
        enough: text => text === '',
        timeoutMs: 90_000,
      });
      const kinds = 'all,configmaps,secrets,serviceaccounts,roles,rolebindings,leases,pdb,networkpolicies';
      const left = await lab().plane.kubectl(['get', kinds, '-n', NAMESPACE, '-o', 'name']);
      const controllers = ['configmap/zonewise-audit', 'lease.coordination.k8s.io/zonewise-controller'];
      const secrets = ['secret/zonewise-ca', 'secret/zonewise-tls'];
      const found = left.stdout.trim().split('\n');
      expect(found.filter(name => !/kube-root-ca|serviceaccount\/default/.test(name)).sort()).toEqual(
        [...controllers, ...secrets].sort(),
      );
      const wide = 'clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations';
      const named = await lab().plane.kubectl(['get', wide, '-l', 'app.kubernetes.io/name=zonewise', '-o', 'name']);
      expect(named.stdout).toBe('');
    });
  });
}
