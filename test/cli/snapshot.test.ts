import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { snapshot } from '../../src/cli/snapshot.ts';
import { NAMED_EVIDENCE } from '../../src/cluster/data-plane/evidence.ts';
import { startCluster, writeKubeconfig } from '../kube/client.ts';
import { sendJson, sendStatus } from '../kube/fake-api-server.ts';
import type { FakeCluster } from '../kube/fake-cluster.ts';
import { PATHS } from '../kube/fake-cluster.ts';
import { namespace, node, service, slice } from '../kube/objects.ts';
import { file, folder, run } from './terminal.ts';

const CONFIGMAPS = '/api/v1/namespaces/kube-system/configmaps';
const KUBE_PROXY = '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy';
const EVIDENCE = NAMED_EVIDENCE.map(({ path }) => path);
const CONTAINER = { name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.33.4' };
const DAEMON_SET = { spec: { template: { spec: { containers: [CONTAINER] } } } };

/** The objects that a snapshot lists. */
const READ = Object.values(PATHS).filter(path => path !== PATHS.pods);

/** Two nodes, a Local Service with an endpoint on one of them, 1.33, IPVS. */
async function smallCluster(): Promise<{ readonly fake: FakeCluster; readonly kubeconfig: string }> {
  const fake = await startCluster();
  fake.set(PATHS.namespaces, namespace('shop', { team: 'a' }));
  fake.set(PATHS.nodes, node('n1', 'zone-a'));
  fake.set(PATHS.nodes, node('n2', 'zone-b'));
  const agent = service('shop', 'agent');
  fake.set(PATHS.services, { ...agent, spec: { ...(agent['spec'] as object), internalTrafficPolicy: 'Local' } });
  fake.set(PATHS.slices, slice('shop', 'agent', { on: ['n1'] }));
  fake.server.scripts.unshift(({ path, response }) => {
    if (path === '/version') return sendJson(response, { gitVersion: 'v1.33.4', minor: '33' });
    if (path === `${CONFIGMAPS}/kube-proxy`)
      return sendJson(response, { data: { 'config.conf': 'mode: ipvs\nclusterCIDR: 10.1.0.0/16' } });
    if (path === KUBE_PROXY) return sendJson(response, DAEMON_SET);
    return path.startsWith(CONFIGMAPS) ? sendStatus(response, 404, 'NotFound') : undefined;
  });
  return { fake, kubeconfig: writeKubeconfig(fake.server.url) };
}

describe('zonewise snapshot', () => {
  test('writes a snapshot with the same audit result as the live cluster', async () => {
    const { kubeconfig } = await smallCluster();
    const path = join(folder({}), 'cluster.yaml');
    const { exit, out, err } = await run(snapshot, ['--kubeconfig', kubeconfig, '-o', path]);
    expect({ exit, out, err }).toEqual({
      exit: 0,
      out: '',
      err: `wrote ${path}: 1 Namespace, 1 ConfigMap, 1 DaemonSet, 1 Service, 2 Nodes, 1 EndpointSlice\n`,
    });
    const auditJson = async (args: readonly string[]) => JSON.parse((await run(audit, [...args, '-o', 'json'])).out);
    const live = await auditJson(['--live', '--kubeconfig', kubeconfig]);
    const there = await auditJson(['--topology', path]);
    const ageless = (report: { findings: { evidence: object }[] }) =>
      report.findings.map(finding => ({ ...finding, evidence: { ...finding.evidence, topologyAgeSeconds: 0 } }));
    expect(ageless(there)).toEqual(ageless(live));
    expect(there.findings[0].evidence).toMatchObject({
      kubernetesVersion: '1.33',
      dataPlane: 'kube-proxy@1.33.4,mode=ipvs',
    });
    expect(there.skipped).toEqual(live.skipped);
  });

  test('holds version and data plane, which flags override', async () => {
    const { kubeconfig } = await smallCluster();
    const { out } = await run(snapshot, ['--kubeconfig', kubeconfig]);
    const path = file(out, 'cluster.yaml');
    const web = file('kind: Service\nmetadata: { name: web }\nspec: { trafficDistribution: PreferSameZone }\n');
    const levels = async (...flags: string[]) =>
      JSON.parse((await run(check, [web, '--topology', path, '-o', 'json', ...flags])).out).findings.map(
        ({ rule }: { rule: string }) => rule,
      );
    expect(await levels()).toContain('unsupported-value');
    expect(await levels('--kubernetes-version', '1.36')).not.toContain('unsupported-value');
    const evidence = async (...flags: string[]) =>
      JSON.parse((await run(check, [web, '--topology', path, '-o', 'json', ...flags])).out).findings[0].evidence
        .dataPlane;
    expect(await evidence()).toBe('kube-proxy@1.33.4,mode=ipvs');
    expect(await evidence('--dataplane', 'kube-proxy')).toBe('kube-proxy');
  });

  test('replaces a file only with --force, and leaves no file after a failed read', async () => {
    const { fake, kubeconfig } = await smallCluster();
    const path = file('mine', 'cluster.yaml');
    await expect(run(snapshot, ['--kubeconfig', kubeconfig, '-o', path])).rejects.toThrow(
      'is there already; --force replaces it',
    );
    fake.server.scripts.unshift(({ path: requested, response }) =>
      requested === PATHS.slices ? sendStatus(response, 403, 'Forbidden') : undefined,
    );
    await expect(run(snapshot, ['--kubeconfig', kubeconfig, '-o', path, '--force'])).rejects.toThrow(
      /^the cluster could not be read: /,
    );
    expect(readdirSync(dirname(path))).toEqual(['cluster.yaml']);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    fake.server.scripts.shift();
    await run(snapshot, ['--kubeconfig', kubeconfig, '-o', path, '--force']);
    expect(readFileSync(path, 'utf8')).toContain('"EndpointSlice"');
  });

  test('--anonymize writes no name of the cluster and keeps the findings', async () => {
    const { kubeconfig } = await smallCluster();
    const { out } = await run(snapshot, ['--kubeconfig', kubeconfig, '--anonymize']);
    for (const word of ['n1', 'n2', 'zone-a', 'zone-b', 'shop', 'agent', '10.96.', '10.0.0', 'team']) {
      expect(out, word).not.toContain(`"${word}`);
    }
    const rules = async (text: string) => {
      const path = file(text, 'cluster.yaml');
      const report = JSON.parse((await run(audit, ['--topology', path, '-o', 'json'])).out);
      return report.findings.map(({ rule, nodes }: { rule: string; nodes: string[] }) => [rule, nodes.length]);
    };
    expect(await rules(out)).toEqual(await rules((await run(snapshot, ['--kubeconfig', kubeconfig])).out));
    expect(await rules(out)).not.toEqual([]);
  });

  test('--namespace reads no other namespace', async () => {
    const { fake, kubeconfig } = await smallCluster();
    fake.server.scripts.unshift(({ path, response }) => {
      if (path === '/api/v1/namespaces/shop') return sendJson(response, namespace('shop'));
      return path.includes('/namespaces/shop/')
        ? sendJson(response, { kind: 'List', metadata: {}, items: [service('shop', 'agent')] })
        : undefined;
    });
    await run(snapshot, ['--kubeconfig', kubeconfig, '-n', 'shop']);
    const requested = new Set(fake.server.calls.map(({ path }) => path).filter(path => !EVIDENCE.includes(path)));
    expect(requested).toEqual(
      new Set([
        '/version',
        '/api/v1/namespaces/shop',
        '/api/v1/namespaces/shop/services',
        '/api/v1/nodes',
        '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices',
      ]),
    );
  });

  test('rejects a namespace without a Service before it writes', async () => {
    const { fake, kubeconfig } = await smallCluster();
    fake.server.scripts.unshift(({ path, response }) =>
      path === '/api/v1/namespaces/shp/services' ? sendJson(response, { items: [] }) : undefined,
    );
    const path = join(folder({}), 'cluster.yaml');
    const { message } = await run(snapshot, ['--kubeconfig', kubeconfig, '-n', 'shp', '-o', path]).catch(
      error => error,
    );
    expect(message).toBe('no Service in namespace shp; did you mean shop?');
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test('reads the cluster of --context', async () => {
    const { kubeconfig } = await smallCluster();
    const text = readFileSync(kubeconfig, 'utf8').replace('current-context: ctx', 'current-context: other');
    writeFileSync(kubeconfig, text);
    expect(await run(snapshot, ['--kubeconfig', kubeconfig, '--context', 'ctx'])).toMatchObject({ exit: 0 });
    await expect(run(snapshot, ['--kubeconfig', kubeconfig, '--context', 'ctxt'])).rejects.toThrow(
      /^the kubeconfig has no context "ctxt"; it has: ctx \(.*\); did you mean ctx\?$/,
    );
  });

  test('keeps the labels of Services, for --selector', async () => {
    const { fake, kubeconfig } = await smallCluster();
    const web = service('shop', 'web');
    fake.set(PATHS.services, { ...web, metadata: { ...web.metadata, labels: { app: 'web' } } });
    const { out } = await run(snapshot, ['--kubeconfig', kubeconfig]);
    const audited = await run(audit, ['--topology', file(out, 'cluster.yaml'), '-l', 'app=web']);
    expect(audited.out).toContain('1 Service checked');
  });

  test('reads no Secret and no Pod, and the objects of network agents by name', async () => {
    const { fake, kubeconfig } = await smallCluster();
    await run(snapshot, ['--kubeconfig', kubeconfig]);
    const requested = fake.server.calls.map(({ path }) => path).toSorted();
    expect(requested).toEqual(['/version', ...READ, ...EVIDENCE].toSorted());
  });

  test('reports an unwritable file, and rejects an argument', async () => {
    const { kubeconfig } = await smallCluster();
    await expect(run(snapshot, ['--kubeconfig', kubeconfig, '-o', '/nowhere/cluster.yaml'])).rejects.toThrow(
      /^\/nowhere\/cluster\.yaml: cannot be written: no such file or folder$/,
    );
    const path = folder({});
    await expect(run(snapshot, ['--kubeconfig', kubeconfig, '-o', path, '--force'])).rejects.toThrow(
      `${path}: is a folder; expected the path of a file`,
    );
    await expect(run(snapshot, ['cluster.yaml'])).rejects.toThrow('snapshot takes no argument "cluster.yaml"');
    writeFileSync(kubeconfig, 'kind: Config\n');
    await expect(run(snapshot, ['--kubeconfig', kubeconfig])).rejects.toThrow(/^the kubeconfig has no current-context/);
  });
});
