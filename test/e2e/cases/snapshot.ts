import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Skipped } from '../../../src/engine/evaluation.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { APPS, CLIENT_NODES, type Lab } from '../environment.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const execute = promisify(execFile);

interface Report {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}

/**
 * Content of the snapshots: uncovered nodes, a preference with hints, one that topology-mode overrides, outside
 * traffic.
 */
const SERVICES = [
  'metadata: { name: snap-gap, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }',
  'metadata: { name: snap-near, namespace: shop }\nspec: { selector: { app: spread }, ports: [{ name: http, port: 80, targetPort: web }], trafficDistribution: PreferSameZone }',
  `metadata: { name: snap-both, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
  'metadata: { name: snap-edge, namespace: shop }\nspec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }], externalTrafficPolicy: Local }',
];

export function snapshotCases(lab: () => Lab): void {
  const zonewise = (...args: readonly string[]) =>
    execute(process.execPath, [MAIN, ...args], { cwd: lab().plane.folder });
  /** The webhook's read-only account; a snapshot needs no other permission. */
  const kubeconfig = (): string => join(lab().plane.folder, 'zonewise.kubeconfig');

  /** Removes ages, which change continuously and are not part of a finding. */
  const audit = async (...args: readonly string[]): Promise<Report> => {
    const flags = ['-o', 'json', '--fail-on', 'never', '--config', 'config.yaml'];
    const { findings, skipped }: Report = JSON.parse((await zonewise('audit', ...args, ...flags)).stdout);
    return {
      findings: findings.map(finding => ({ ...finding, evidence: { ...finding.evidence, topologyAgeSeconds: 0 } })),
      skipped,
    };
  };
  const byName = <T extends Finding | Skipped>(list: readonly T[]): readonly T[] =>
    list.toSorted((a, b) => JSON.stringify([a.object, a.rule]).localeCompare(JSON.stringify([b.object, b.rule])));

  describe('a snapshot of the cluster', () => {
    test('has the same findings as the cluster, also when anonymized', async () => {
      for (const service of SERVICES) expect(await lab().apply(service)).toMatchObject({ code: 0 });
      await lab().cluster.endpointsOn({ namespace: 'shop', name: 'snap-gap' }, APPS.web);
      await lab().cluster.endpointsOn({ namespace: 'shop', name: 'snap-edge' }, APPS.web);
      for (const name of ['snap-near', 'snap-both'])
        await lab().cluster.endpointsOn({ namespace: 'shop', name }, APPS.spread);

      const live = await audit('--live', '--kubeconfig', kubeconfig());
      await zonewise('snapshot', '--kubeconfig', kubeconfig(), '-o', 'cluster.yaml', '--force');
      const there = await audit('--topology', 'cluster.yaml');
      expect(byName(there.findings)).toEqual(byName(live.findings));
      expect(byName(there.skipped)).toEqual(byName(live.skipped));
      expect(there.findings.map(({ object, rule }) => `${object.name} ${rule}`)).toEqual(
        expect.arrayContaining([
          'snap-gap local-policy-uncovered-nodes',
          'snap-both topology-mode-overrides-traffic-distribution',
          'snap-edge external-local-uncovered-nodes',
        ]),
      );

      await zonewise('snapshot', '--kubeconfig', kubeconfig(), '-o', 'anonymous.yaml', '--force', '--anonymize');
      const anonymous = await audit('--topology', 'anonymous.yaml');
      const rules = ({ findings }: Report) => findings.map(({ rule, nodes }) => `${rule} ${nodes.length}`).toSorted();
      expect(rules(anonymous)).toEqual(rules(live));
      const text = await readFile(join(lab().plane.folder, 'anonymous.yaml'), 'utf8');
      const names = [...CLIENT_NODES, 'zone-a', 'zone-b', 'shop', 'snap-gap', 'http', 'web', 'kubernetes', 'default'];
      expect(names.filter(name => text.includes(`"${name}"`))).toEqual([]);
    });

    test('contains only the fields that rules read, of five kinds', async () => {
      const { stdout } = await zonewise('snapshot', '--kubeconfig', kubeconfig());
      const kinds = new Set(JSON.parse(stdout).items.map(({ kind }: { kind: string }) => kind));
      expect(kinds).toEqual(new Set(['ClusterSnapshot', 'Namespace', 'Service', 'Node', 'EndpointSlice']));
      expect(stdout).not.toMatch(/"(uid|managedFields|resourceVersion|targetRef|podCIDR|images)"/);
    });
  });
}
