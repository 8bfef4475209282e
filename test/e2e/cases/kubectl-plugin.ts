import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { ControlPlane } from '../control-plane.ts';
import { type PluginSite, pluginSite } from '../plugin-site.ts';

const LOCAL = 'local-policy-uncovered-nodes';

/** The Nodes are seconds old, which is too young for client nodes by default. */
const CONFIG = 'apiVersion: zonewise.dev/v1alpha1\nkind: Config\nclientNodes: { minAge: 0s }\n';
const GROWN = ['--config', 'zonewise.yaml'] as const;

const web = (more: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }], ...more },
});

export function kubectlPluginCases(plane: () => ControlPlane): void {
  let site: PluginSite;

  beforeAll(async () => {
    site = await furnish(plane());
  }, 120_000);

  const kubectl = (...args: readonly string[]) => site.kubectl(...args);
  const words = async (...args: readonly string[]) => {
    const { code, stdout } = await kubectl('__complete', ...args);
    expect(code).toBe(0);
    return stdout.split('\n').map(line => line.split('\t')[0]);
  };

  describe('kubectl zonewise', () => {
    test('explains a Service of the real cluster, by bare name in the namespace of the context', async () => {
      const { code, stdout, stderr } = await kubectl('zonewise', 'explain', 'web');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^shop\/web {2}ClusterIP, internalTrafficPolicy Cluster$/m);
      expect(stdout).toContain('port http 80/TCP IPv4: 2 ready endpoints');
      expect((await kubectl('zonewise', 'explain', 'shop/web')).stdout).toBe(stdout);
      expect((await kubectl('zonewise', 'explain', 'web', '--context', 'other', '-n', 'shop')).stdout).toBe(stdout);
    });

    test('names the other namespace when explain does not find a name', async () => {
      const { code, stderr } = await kubectl('zonewise', 'explain', 'web', '--context', 'other');
      expect([code, stderr]).toEqual([2, 'zonewise: no Service default/web in this cluster; there is shop/web\n']);
    });

    test('prints the route of every node with explain --set -o json', async () => {
      const edit = ['--set', 'spec.internalTrafficPolicy=Local'];
      const { stdout } = await kubectl('zonewise', 'explain', 'web', ...edit, '-o', 'json');
      const [port] = JSON.parse(stdout).services[0].ports;
      const verdicts = port.nodes.map(({ node, internal }: { node: string; internal: { verdict: string } }) => [
        node,
        internal.verdict,
      ]);
      expect(verdicts).toEqual([
        ['a1', 'forward'],
        ['b1', 'forward'],
        ['c1', 'drop'],
      ]);
    });

    test('checks a manifest without a namespace in that of the context, or in the given one, with --live', async () => {
      const path = join(site.folder, 'web.json');
      await writeFile(path, JSON.stringify(web({ internalTrafficPolicy: 'Local' })));
      const found = async (...flags: readonly string[]) => {
        const { stdout } = await kubectl('zonewise', 'check', path, '--live', ...GROWN, '-o', 'json', ...flags);
        const findings = JSON.parse(stdout).findings as { rule: string; object: { namespace: string } }[];
        return findings.map(({ rule, object }) => `${object.namespace} ${rule}`);
      };
      expect(await found()).toEqual([`shop ${LOCAL}`]);
      expect(await found('-n', 'quiet')).not.toContain(`quiet ${LOCAL}`);
    });

    test('audits all Services, or those of one namespace', async () => {
      expect((await kubectl('zonewise', 'audit')).stdout).toMatch(/^2 Services checked/m);
      expect((await kubectl('zonewise', 'audit', '-n', 'shop')).stdout).toMatch(/^1 Service checked/m);
    });
  });

  describe("kubectl's own completion", () => {
    test('offers the plugin, its commands and flags', async () => {
      expect(await words('zonew')).toContain('zonewise');
      expect(await words('zonewise', 'exp')).toEqual(['explain', ':4', '']);
      expect(await words('zonewise', 'audit', '--fail-on', 'w')).toEqual(['warn', ':4', '']);
      expect(await words('zonewise', 'explain', '--cont')).toEqual(['--context', ':4', '']);
      expect(await words('zonewise', 'ui', '--cont')).toEqual(['--context', ':4', '']);
      expect(await words('zonewise', 'check', '')).toEqual(['yaml', 'yml', 'json', ':8', '']);
    });

    test('offers Services, namespaces and contexts of the real cluster', async () => {
      expect(await words('zonewise', 'explain', '')).toEqual(expect.arrayContaining(['web', 'shop/', 'default/']));
      expect(await words('zonewise', 'explain', 'shop/')).toEqual(['shop/web', ':4', '']);
      expect(await words('zonewise', 'audit', '-n', 'sho')).toEqual(['shop', ':4', '']);
      expect(await words('zonewise', 'audit', '--context', '')).toEqual([
        'e2e',
        'other',
        'outsider',
        'nobody',
        ':4',
        '',
      ]);
    });
  });

  describe('a rejected request is reported immediately', () => {
    test('without credentials', async () => {
      const { code, stderr } = await kubectl('zonewise', 'audit', '--context', 'outsider');
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /^zonewise: the cluster at \S+ \(context outsider\) does not know these credentials \(401\)/,
        ),
      ]);
    });

    test('without permissions, with the required ones', async () => {
      const { code, stderr } = await kubectl('zonewise', 'audit', '--context', 'nobody');
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/\(context nobody\) refuses: .*403.*; zonewise reads: /),
      ]);
    });
  });
}

/** Three zones, a Service with pods in two of them, and a kubeconfig with contexts with and without permissions. */
async function furnish(plane: ControlPlane): Promise<PluginSite> {
  const cluster = createCluster(plane.api);
  for (const name of ['shop', 'quiet']) await cluster.addNamespace(name);
  for (const name of ['a1', 'b1', 'c1']) await cluster.addNode({ name, zone: `zone-${name[0]}` });
  for (const node of ['a1', 'b1']) await cluster.addPod({ namespace: 'shop', name: `web-${node}`, app: 'web', node });
  await plane.api.post('/api/v1/namespaces/shop/services', web({}));
  await cluster.endpointsOn({ namespace: 'shop', name: 'web' }, ['a1', 'b1']);
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const answer = await plane.api.post('/api/v1/namespaces/quiet/serviceaccounts/default/token', request);
  const { token } = (answer as { readonly status: { readonly token: string } }).status;
  const site = await pluginSite(plane, {
    e2e: { namespace: 'shop' },
    other: {},
    outsider: { token: 'nobody' },
    nobody: { token },
  });
  await writeFile(join(site.folder, GROWN[1]), CONFIG);
  return site;
}
