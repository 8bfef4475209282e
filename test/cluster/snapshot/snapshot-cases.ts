import { auditCluster } from '../../../src/cli/audit/audit-cluster.ts';
import type { Manifest } from '../../../src/cluster/manifests/manifest.ts';
import { readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../../src/cluster/manifests/manifest-topology.ts';
import type { SnapshotTransform } from '../../../src/cluster/snapshot/snapshot.ts';
import { snapshotObjects } from '../../../src/cluster/snapshot/snapshot.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { ClusterFacts } from '../../../src/model/topology.ts';
import { RULES } from '../../../src/rules/index.ts';
import { DEFAULT_CLIENT_NODES } from '../../../src/topology/client-nodes.ts';
import { healthyClusters } from '../../healthy/cluster.ts';
import { fixtureFolders, readFixtures } from '../../rules/fixture.ts';
import { clusterOf, factsOf, manifestsOf } from '../../rules/judge.ts';

export const RULE_IDS = RULES.map(({ id }) => id);
/** All rules are on, so that a snapshot is also tested for rules that are off by default. */
const LOUD = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(RULE_IDS.map(id => [id, { level: 'warn' as const, options: {} }])),
};

export interface Case {
  readonly file: string;
  readonly manifests: readonly Manifest[];
  readonly facts: ClusterFacts;
}

export const cases: readonly Case[] = [
  ...fixtureFolders().flatMap(rule => readFixtures(rule)),
  ...healthyClusters().map(({ fixture }) => fixture),
].map(fixture => ({
  file: fixture.file,
  manifests: [...clusterOf(fixture), ...manifestsOf(fixture.evaluated, fixture.file)],
  facts: factsOf(fixture),
}));

/** The snapshot of a cluster with these objects. */
export async function snapshotOf(manifests: readonly Manifest[], rewriting?: SnapshotTransform): Promise<string> {
  const of = (wanted: string) =>
    async function* () {
      for (const { kind, raw } of manifests) if (kind === wanted) yield raw;
    };
  const source = {
    namespaces: of('Namespace'),
    services: of('Service'),
    nodes: of('Node'),
    slices: of('EndpointSlice'),
    evidence: [],
  };
  const items = await Array.fromAsync(snapshotObjects(source, DEFAULT_CLIENT_NODES, rewriting));
  return JSON.stringify({ kind: 'List', items });
}

export function read(text: string): readonly Manifest[] {
  return readManifests({ name: 'cluster.yaml', text, unknownDocuments: 'refuse' });
}

/** The audit's findings for the objects that a snapshot may hold. */
export function findings(manifests: readonly Manifest[], facts: ClusterFacts) {
  const stored = manifests.filter(({ kind }) => ['Namespace', 'Service', 'Node', 'EndpointSlice'].includes(kind));
  return auditCluster({ topology: new ManifestTopology(stored), facts, policy: LOUD });
}
