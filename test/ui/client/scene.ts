import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SAMPLE_CLUSTER } from '../../../src/cli/sample.ts';
import { readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../../src/cluster/manifests/manifest-topology.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { ClusterFacts, Topology } from '../../../src/model/topology.ts';
import { ASSUMED_KUBE_PROXY } from '../../../src/model/topology.ts';
import type { Judgement, Situation } from '../../../src/ui/client/service/evaluate-service.ts';
import { judge, situationOf } from '../../../src/ui/client/service/evaluate-service.ts';
import { applyScenario } from '../../../src/ui/client/what-if/apply.ts';
import type { Scenario } from '../../../src/ui/client/what-if/scenario.ts';
import { AS_IT_IS } from '../../../src/ui/client/what-if/scenario.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
export const FACTS: ClusterFacts = {
  version: { minor: 37 },
  dataPlane: ASSUMED_KUBE_PROXY,
  now: NOW,
  topologyAgeSeconds: 0,
};

export function topologyFrom(text: string): Topology {
  return new ManifestTopology(readManifests({ name: 'cluster.yaml', text, strangers: 'refuse' }));
}

export const SAMPLE = topologyFrom(readFileSync(SAMPLE_CLUSTER, 'utf8'));

/** A random cluster of test/topology/vectors. */
export function vector(name: string): Topology {
  const file = new URL(`../../topology/vectors/${name}/cluster.json.gz`, import.meta.url);
  return topologyFrom(gunzipSync(readFileSync(file)).toString());
}

/** The value after serialization to JSON and back, as the client receives it. */
export function standing(topology: Topology, namespacedName: string, facts = FACTS): Situation {
  const [namespace = '', name = ''] = namespacedName.split('/');
  const service = topology.service(namespace, name);
  if (!service) throw new Error(`there is no ${namespacedName}`);
  const slices = topology.slices(namespace, name);
  const detail = { revision: 1, service, slices, namespaceLabels: topology.namespaceLabels(namespace) };
  const cluster = { revision: 1, nodes: topology.nodes(), facts, policy: DEFAULT_POLICY };
  return situationOf(JSON.parse(JSON.stringify(detail)), JSON.parse(JSON.stringify(cluster)));
}

export function whatIf(situation: Situation, over: Partial<Scenario>): Judgement {
  return judge(applyScenario(situation, { ...AS_IT_IS, ...over }));
}
