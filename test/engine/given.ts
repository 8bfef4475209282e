import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { projectService } from '../../src/model/projection.ts';
import type { Service } from '../../src/model/service.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/topology.ts';
import { NEWEST_KNOWN_MINOR } from '../../src/model/version.ts';
import type { Rule } from '../../src/rules/rule.ts';

export const FACTS: ClusterFacts = {
  version: { minor: NEWEST_KNOWN_MINOR },
  dataPlane: ASSUMED_KUBE_PROXY,
  now: Date.parse('2026-06-01T12:00:00Z'),
  topologyAgeSeconds: 0,
};

/** The Service of a manifest, with API defaults. */
export function serviceFrom(yaml: string): Service {
  const [manifest] = readManifests({ name: 'service.yaml', text: yaml, strangers: 'refuse' });
  if (!manifest) throw new Error('no Service given');
  return applyApiDefaults(projectService(manifest.raw));
}

/** A ClusterIP Service called web with these lines under its spec. */
export function web(spec = ''): Service {
  const indented = spec.split('\n').join('\n  ');
  return serviceFrom(
    `kind: Service\nmetadata: { name: web }\nspec:\n  selector: { app: web }\n  ports: [{ port: 80 }]\n  ${indented}`,
  );
}

export function withAnnotations(service: Service, annotations: Readonly<Record<string, string>>): Service {
  return { ...service, annotations };
}

/** A CREATE of the Service, or an UPDATE if `old` is given, in the cluster of the manifests. */
export function given(
  service: Service,
  { old = null, cluster = '', ...over }: Partial<EvaluationInput> & { old?: Service | null; cluster?: string } = {},
): EvaluationInput {
  const topology = new ManifestTopology(readManifests({ name: 'cluster.yaml', text: cluster, strangers: 'refuse' }));
  return {
    rules: [],
    change: { operation: old ? 'UPDATE' : 'CREATE', source: 'files', service, old, violations: [] },
    topology,
    facts: FACTS,
    policy: DEFAULT_POLICY,
    ...over,
  };
}

/** A rule with a constant finding, except for the given parts. */
export function ruleThat(id: string, over: Partial<Rule> = {}): Rule {
  return {
    id,
    level: 'warn',
    needs: [],
    summary: '',
    why: '',
    fix: '',
    example: '',
    source: 'pkg/proxy/topology.go, v1.37.1',
    appliesTo: () => true,
    *check() {
      yield { message: () => `${id} speaks`, path: 'spec.trafficDistribution' };
    },
    ...over,
  };
}
