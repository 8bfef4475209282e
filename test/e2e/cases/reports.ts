import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Auditor, allowReports, auditorProcess, createAuditor } from '../auditor.ts';
import { type Cluster, createCluster } from '../cluster.ts';
import type { ControlPlane } from '../control-plane.ts';
import { installDefinition } from '../report-definitions.ts';
import { eventually } from '../waiting.ts';

const NAMESPACE = 'reported';
const RULE = 'local-policy-uncovered-nodes';
const agent = { namespace: NAMESPACE, name: 'agent' };
const WITHIN_MS = 90_000;

const KINDS = [
  { kind: 'Report', group: 'openreports.io', version: 'v1alpha1', plural: 'reports' },
  { kind: 'PolicyReport', group: 'wgpolicyk8s.io', version: 'v1alpha2', plural: 'policyreports' },
] as const;

interface Stored {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly resourceVersion: string };
  readonly summary: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly policy: string;
    readonly timestamp: { readonly seconds: number };
    readonly resources: readonly { readonly name: string }[];
    readonly properties: Readonly<Record<string, string>>;
  }[];
}

export function reportCases(running: () => ControlPlane): void {
  let cluster: Cluster;
  let kubeconfig = '';

  beforeAll(async () => {
    // One for both kinds, with the number of Pod addresses.
    cluster = createCluster(running().api);
    await furnish(running(), cluster);
    kubeconfig = await createAuditor(running());
  });

  describe.each(KINDS)('reports of kind $kind', ({ kind, group, version, plural }) => {
    const owner = `zonewise-controller-${plural}`;
    const path = `/apis/${group}/${version}/namespaces/${NAMESPACE}/${plural}/zonewise`;
    const services = `/api/v1/namespaces/${NAMESPACE}/services`;
    let auditor: Auditor;

    const stored = async (): Promise<Stored> => (await running().api.get(path)) as Stored;
    const report = (what: string, enough: (report: Stored) => boolean): Promise<Stored> =>
      eventually(what, stored, { enough, timeoutMs: WITHIN_MS });
    const gone = (what: string): Promise<unknown> =>
      eventually(
        what,
        () =>
          stored().then(
            () => false,
            error => error.status === 404,
          ),
        { timeoutMs: WITHIN_MS },
      );
    const changeServices = async (names: readonly string[], verb: 'post' | 'remove'): Promise<void> => {
      const spec = { ports: [{ port: 80 }], internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' };
      for (const name of names) {
        if (verb === 'remove') await running().api.remove(`${services}/${name}`);
        else await running().api.post(services, { metadata: { name }, spec: { ...spec, selector: { app: name } } });
      }
    };

    beforeAll(async () => {
      const plane = running();
      await allowReports(plane, owner, { group, plural });
      const reports = { kind, owner, minLevel: 'warn', maxResults: 10, writesPerMinute: 600 };
      auditor = await auditorProcess(plane, plural, kubeconfig, { reports });
      await auditor.start();
    });

    afterAll(() => auditor.stop());

    test('are not written without the CustomResourceDefinition, which is logged once', async () => {
      await eventually('the log', () => auditor.tail(500), { enough: log => log.includes('reports are not written') });
      const log = await auditor.tail(500);
      expect(log).toMatch(new RegExp(`no CustomResourceDefinition ${plural}\\.${group}; install it from https:`));
      expect(log.match(/reports are not written/g)).toHaveLength(1);
      expect(await auditor.metrics()).toContain('zonewise_reports_available 0');
    });

    test('appear when it is installed, with every field, and kubectl shows them', async () => {
      await installDefinition(running().api, kind);
      const { results, summary, metadata } = await report('a report', ({ results: found }) => found.length > 0);
      expect(summary).toEqual({ pass: 0, fail: 0, warn: 1, error: 0, skip: 0 });
      expect(metadata.labels['app.kubernetes.io/managed-by']).toBe('zonewise');
      expect(results).toEqual([
        {
          source: 'zonewise',
          policy: RULE,
          rule: RULE,
          category: 'Service traffic',
          severity: 'medium',
          result: 'warn',
          scored: false,
          message: expect.stringMatching(/\(w3\).*\[local-policy-uncovered-nodes\]$/),
          timestamp: { seconds: expect.any(Number), nanos: 0 },
          resources: [{ apiVersion: 'v1', kind: 'Service', ...agent }],
          properties: expect.objectContaining({ level: 'warn', nodeCount: '1', nodes: 'w3' }),
        },
      ]);
      const { stdout } = await running().kubectl(['get', `${plural}.${group}`, '-A']);
      expect(stdout).toMatch(/^NAMESPACE .*WARN.*\nreported\s+zonewise\s/);
    });

    test('list as many findings as configured and count the rest', async () => {
      const names = Array.from({ length: 12 }, (_, index) => `more-${index}`);
      await changeServices(names, 'post');
      const { results, summary } = await report('more results', ({ summary: now }) => (now['warn'] ?? 0) > 12);
      expect(results).toHaveLength(10);
      expect(results.at(-1)).toMatchObject({ policy: 'findings-left-out', properties: { leftOut: '4' } });
      expect(summary).toMatchObject({ warn: 13, skip: 1 });
      expect(await auditor.metrics()).toContain('zonewise_reports_findings_left_out 4');
      await changeServices(names, 'remove');
      await report('one result', ({ results: found }) => found.length === 1);
    });

    test('keep their content and times through a restart, and lose what others wrote into them', async () => {
      const before = await stored();
      await auditor.stop();
      await running().api.patch(path, { metadata: { labels: { team: 'a' } }, summary: { warn: 99 } });
      await auditor.start();
      const after = await report('the right summary', ({ summary }) => summary['warn'] === 1);
      expect(after.results).toEqual(before.results);
      expect(after.metadata.labels).toMatchObject({ team: 'a', 'app.kubernetes.io/managed-by': 'zonewise' });
      await auditor.stop();
      await auditor.start();
      await eventually('a comparison', () => auditor.metrics(), { enough: text => text.includes('reports_stored 1') });
      expect(await auditor.metrics()).not.toContain('zonewise_reports_writes_total{');
      expect((await stored()).metadata.resourceVersion).toBe(after.metadata.resourceVersion);
    });

    test('are deleted with the last finding of the namespace', async () => {
      await cluster.addPod({ namespace: NAMESPACE, name: 'agent-w3', app: 'agent', node: 'w3' });
      await gone('no report');
      expect(await auditor.metrics()).toContain('zonewise_reports_writes_total{outcome="deleted"} 1');
    });

    test('are deleted by the garbage collector with the ClusterRole that owns them, and others stay', async () => {
      const { api } = running();
      await cluster.removePod(NAMESPACE, 'agent-w3');
      await report('a report', ({ results }) => results.length === 1);
      const other = { apiVersion: `${group}/${version}`, kind, metadata: { name: 'other' }, results: [] };
      await api.post(path.replace(/\/zonewise$/, ''), other);
      // As an uninstallation does, while the controller still runs.
      await api.remove(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${owner}`);
      await api.remove(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${owner}`);
      await gone('no report');
      expect(await api.get(path.replace(/zonewise$/, 'other'))).toMatchObject({ kind });
    });

    test('cause no error in the log', async () => {
      const lines = (await auditor.tail(Number.POSITIVE_INFINITY)).split('\n').filter(line => line.startsWith('{'));
      expect(lines.filter(line => JSON.parse(line).level >= 50)).toEqual([]);
    });
  });
}

/** A Service with endpoints on two of three nodes. */
async function furnish(plane: ControlPlane, cluster: Cluster): Promise<void> {
  await cluster.addNamespace(NAMESPACE);
  for (const name of ['w1', 'w2', 'w3']) await cluster.addNode({ name, zone: 'zone-a' });
  for (const node of ['w1', 'w2'])
    await cluster.addPod({ namespace: NAMESPACE, name: `agent-${node}`, app: 'agent', node });
  await plane.api.post(`/api/v1/namespaces/${NAMESPACE}/services`, {
    metadata: { name: agent.name },
    spec: { selector: { app: 'agent' }, ports: [{ port: 80 }], internalTrafficPolicy: 'Local' },
  });
  await cluster.endpointsOn(agent, ['w1', 'w2']);
}
