import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SAMPLE_CLUSTER } from '../../src/cli/sample.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import { statedDataPlanes } from '../../src/config/data-planes.ts';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { ASSUMED_KUBE_PROXY, type DataPlanes } from '../../src/model/data-plane.ts';
import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import { SLICE_CONTROLLER } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { projectService } from '../../src/model/projection.ts';
import { matchesLabels } from '../../src/model/selector.ts';
import type { Service } from '../../src/model/service.ts';
import type { ClusterFacts, Topology } from '../../src/model/topology.ts';
import { NEWEST_KNOWN_MINOR } from '../../src/model/version.ts';
import type { Workload } from '../../src/model/workload.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { withStatements } from '../../src/topology/data-plane.ts';
import type { PortRouting } from '../../src/topology/port-routing.ts';
import { portRoutings } from '../../src/topology/port-routing.ts';
import { ServiceEndpoints } from '../../src/topology/service-endpoints.ts';
import type { EvaluatedService } from '../../src/ui/client/service/evaluate-service.ts';
import { evaluateService } from '../../src/ui/client/service/evaluate-service.ts';
import { type ServiceState, serviceState } from '../../src/ui/client/service/service-state.ts';
import { applyScenario } from '../../src/ui/client/what-if/apply.ts';
import type { Scenario } from '../../src/ui/client/what-if/scenario.ts';
import { NO_CHANGES } from '../../src/ui/client/what-if/scenario.ts';

export const FACTS: ClusterFacts = {
  version: { minor: NEWEST_KNOWN_MINOR },
  dataPlanes: ASSUMED_KUBE_PROXY,
  now: Date.parse('2026-06-01T12:00:00Z'),
  topologyAgeSeconds: 0,
};

/** The Service of a manifest, with API defaults. */
export function serviceFrom(yaml: string): Service {
  const [manifest] = readManifests({ name: 'service.yaml', text: yaml, unknownDocuments: 'refuse' });
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
export function evaluationInput(
  service: Service,
  { old = null, cluster = '', ...over }: Partial<EvaluationInput> & { old?: Service | null; cluster?: string } = {},
): EvaluationInput {
  return {
    rules: [],
    change: { operation: old ? 'UPDATE' : 'CREATE', source: 'files', service, old, violations: [] },
    topology: topologyFrom(cluster),
    facts: FACTS,
    policy: DEFAULT_POLICY,
    ...over,
  };
}

/** A rule with one fixed finding; `over` replaces properties. */
export function fakeRule(id: string, over: Partial<Rule> = {}): Rule {
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

/** A ready worker of four cores in zone-a. */
export function node(name: string, over: Partial<Node> = {}): Node {
  return {
    name,
    labels: {},
    zone: 'zone-a',
    taints: [],
    ready: true,
    deleting: false,
    createdAt: null,
    milliCPU: 4000,
    thirdPartyProxy: null,
    os: 'linux',
    kubeletMinor: 37,
    ...over,
  };
}

/** A ready endpoint on that node; `null` for one without nodeName. */
export function endpoint(address: string, nodeName: string | null, over: Partial<Endpoint> = {}): Endpoint {
  return { address, nodeName, ready: true, serving: true, terminating: false, zone: null, hints: null, ...over };
}

export const UNREADY = { ready: false, serving: false, terminating: false };
export const DRAINING = { ready: false, serving: true, terminating: true };
export const GONE = { ready: false, serving: false, terminating: true };

/** A slice of the Service web that the controller manages. */
export function slice(endpoints: readonly Endpoint[], over: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    namespace: 'default',
    name: 'web-1',
    serviceName: 'web',
    managedBy: SLICE_CONTROLLER,
    addressType: 'IPv4',
    proxied: true,
    ports: [{ name: '', protocol: 'TCP', port: 80 }],
    endpoints,
    ...over,
  };
}

/** The routing of every port on these slices. */
export function routings(
  service: Service,
  slices: readonly EndpointSlice[],
  facts: ClusterFacts,
): readonly PortRouting[] {
  return portRoutings({ service, endpoints: new ServiceEndpoints(slices), facts });
}

const NO_WORKLOADS: readonly Workload[] = [];

export function topology(nodes: readonly Node[], slices: readonly EndpointSlice[] = []): Topology {
  return {
    nodes: () => nodes,
    node: name => nodes.find(node => node.name === name),
    services: () => [],
    service: () => undefined,
    slices: () => slices,
    workloads: () => NO_WORKLOADS,
    namespaceLabels: () => ({}),
  };
}

export function topologyFrom(text: string): Topology {
  return new ManifestTopology(readManifests({ name: 'cluster.yaml', text, unknownDocuments: 'refuse' }));
}

export const SAMPLE = topologyFrom(readFileSync(SAMPLE_CLUSTER, 'utf8'));

/** A random cluster of test/topology/vectors. */
export function vectorCluster(name: string): Topology {
  const file = new URL(`../topology/vectors/${name}/cluster.json.gz`, import.meta.url);
  return topologyFrom(gunzipSync(readFileSync(file)).toString());
}

/** The value after serialization to JSON and back, as the client receives it. */
export function serviceStateOf(topology: Topology, namespacedName: string, facts = FACTS): ServiceState {
  const [namespace = '', name = ''] = namespacedName.split('/');
  const service = topology.service(namespace, name);
  if (!service) throw new Error(`there is no ${namespacedName}`);
  const slices = topology.slices(namespace, name);
  const { selector } = service;
  const workloads = topology
    .workloads(namespace)
    .filter(({ podLabels }) => selector !== null && matchesLabels(selector, podLabels));
  const namespaceLabels = topology.namespaceLabels(namespace);
  const detail = { revision: 1, service, slices, namespaceLabels, workloads, workloadsUnknownBecause: null };
  const cluster = { revision: 1, nodes: topology.nodes(), facts, policy: DEFAULT_POLICY };
  return serviceState(JSON.parse(JSON.stringify(detail)), JSON.parse(JSON.stringify(cluster)));
}

export function whatIf(state: ServiceState, over: Partial<Scenario>): EvaluatedService {
  return evaluateService(applyScenario(state, { ...NO_CHANGES, ...over }));
}

/** The scenarios in which these nodes are drained. */
export function drains(...nodes: readonly string[]): Scenario['cluster'] {
  return nodes.map(node => ({ kind: 'drain', node }));
}

/** The data planes that `--dataplane` states. */
export function dataPlanes(...texts: readonly string[]): DataPlanes {
  return withStatements(statedDataPlanes(texts, '--dataplane'), ASSUMED_KUBE_PROXY);
}
