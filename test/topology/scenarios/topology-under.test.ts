import { describe, expect, test } from 'vitest';
import type { Topology } from '../../../src/model/topology.ts';
import type { Scenario } from '../../../src/topology/scenarios/scenario.ts';
import { topologyUnder } from '../../../src/topology/scenarios/topology-under.ts';
import { topologyFrom } from '../../support/builders.ts';

const NODES = ['a1 zone-a', 'a2 zone-a', 'b1 zone-b', 'c1 zone-c'].map(text => text.split(' ') as [string, string]);

function cluster({ pods, workload }: { readonly pods: readonly string[]; readonly workload: string }): Topology {
  const nodes = NODES.map(
    ([name, zone]) => `apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { kubernetes.io/hostname: ${name}, topology.kubernetes.io/zone: ${zone} } }
status: { allocatable: { cpu: "4" }, conditions: [{ type: Ready, status: "True" }] }
`,
  );
  const endpoints = pods.map((on, i) => {
    const zone = NODES.find(([name]) => name === on)?.[1];
    return `  - { addresses: [10.0.0.${i + 1}], conditions: { ready: true }, nodeName: ${on}, zone: ${zone} }\n`;
  });
  return topologyFrom(`${nodes.join('---\n')}---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io } }
addressType: IPv4
ports: [{ name: "", port: 80 }]
endpoints:
${endpoints.join('') || '  []\n'}---
${workload}`);
}

function deployment(podSpec = '', spec = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  ${spec}
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web }]${podSpec} } }
`;
}

const DAEMON_SET = deployment().replace('kind: Deployment', 'kind: DaemonSet');
const WEB = { kind: 'Deployment', namespace: 'default', name: 'web' } as const;
const SPREAD =
  ', topologySpreadConstraints: [{ topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]';

/** The nodes of the endpoints after the scenarios, and the notes. */
function under(topology: Topology, ...scenarios: readonly Scenario[]) {
  const result = topologyUnder(topology, scenarios);
  const service = topology.service('default', 'web');
  if (!service) throw new Error('there is no web');
  const slices = result.topology.slices('default', 'web');
  const { assumed, unknown } = result.notes(service);
  return { on: slices.flatMap(({ endpoints }) => endpoints.map(({ nodeName }) => nodeName)), assumed, unknown };
}

describe('a lost Pod', () => {
  test('is lost and not replaced', () => {
    const topology = cluster({ pods: ['a1', 'b1'], workload: deployment() });
    expect(under(topology, { kind: 'pod-lost', address: '10.0.0.1' }).on).toEqual(['b1']);
  });
});

describe('nodes that are down', () => {
  test('are not ready, and their endpoints are removed', () => {
    const topology = cluster({ pods: ['a1', 'a2', 'b1'], workload: deployment() });
    const scenario: Scenario = { kind: 'zone-down', zone: 'zone-a' };
    expect(under(topology, scenario).on).toEqual(['b1']);
    const { nodes } = topologyUnder(topology, [scenario]).topology;
    expect(
      nodes()
        .filter(({ ready }) => !ready)
        .map(({ name }) => name),
    ).toEqual(['a1', 'a2']);
    expect(nodes()).toBe(nodes());
  });
});

describe('a drained node', () => {
  const drain: Scenario = { kind: 'drain', node: 'b1' };

  test('has its Pods placed again in the only zone that a spread constraint allows', () => {
    const topology = cluster({
      pods: ['a1', 'b1', 'c1'],
      workload: deployment(`, nodeSelector: { topology.kubernetes.io/zone: zone-a }${SPREAD}`),
    });
    const { on, unknown } = under(topology, drain);
    expect(on).toEqual(['a1', 'c1', 'a2']);
    expect(unknown).toEqual([]);
  });

  test('does not guess where its Pods come up if nothing tells', () => {
    const { on, unknown } = under(cluster({ pods: ['a1', 'b1', 'c1'], workload: deployment() }), drain);
    expect(on).toEqual(['a1', 'c1']);
    expect(unknown).toEqual([
      '1 new Pod of deployment/web may come up in zone-a, zone-c: nothing tells which; shown without them',
    ]);
  });

  test('does not guess without a workload', () => {
    const { on, unknown } = under(cluster({ pods: ['a1', 'b1'], workload: '' }), drain);
    expect(on).toEqual(['a1']);
    expect(unknown[0]).toContain('no workload of its Pods is known');
  });

  test('keeps the Pods of a DaemonSet', () => {
    expect(under(cluster({ pods: ['a1', 'b1'], workload: DAEMON_SET }), drain).on).toEqual(['a1', 'b1']);
  });

  test('leaves Pods pending that no other node takes', () => {
    const pinned = deployment(', nodeSelector: { kubernetes.io/hostname: b1 }');
    expect(under(cluster({ pods: ['b1'], workload: pinned }), drain)).toMatchObject({
      on: [],
      unknown: ['no node takes 1 new Pod of deployment/web: they stay pending'],
    });
  });
});

describe('a scaled workload', () => {
  const scale = (replicas: number | 'minimum', staying: readonly string[] | null = null): Scenario => ({
    kind: 'scale',
    workload: WEB,
    replicas,
    staying,
  });

  test('keeps the Pods of the most uneven case and names the assumption', () => {
    const { on, assumed } = under(cluster({ pods: ['b1', 'a1', 'a2', 'c1'], workload: deployment() }), scale(2));
    expect(on).toEqual(['a1', 'a2']);
    expect(assumed).toEqual(['which 2 Pods of deployment/web go is not known; shown is the most uneven case']);
  });

  test('keeps the Pods that are named', () => {
    const topology = cluster({ pods: ['b1', 'a1', 'a2', 'c1'], workload: deployment() });
    expect(under(topology, scale(1, ['10.0.0.4'])).on).toEqual(['c1']);
  });

  test('puts new Pods where a required anti-affinity leaves one node, and no further', () => {
    const spread =
      ', affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }';
    const topology = cluster({ pods: ['a1', 'a2', 'b1'], workload: deployment(spread) });
    const { on, unknown } = under(topology, scale(5));
    expect(on).toEqual(['a1', 'a2', 'b1', 'c1']);
    expect(unknown).toEqual(['no node takes 1 new Pod of deployment/web: they stay pending']);
  });

  test('has no minimum without an autoscaler', () => {
    const { on, unknown } = under(cluster({ pods: ['a1', 'b1'], workload: deployment() }), scale('minimum'));
    expect(on).toEqual(['a1', 'b1']);
    expect(unknown).toEqual(['deployment/web has no autoscaler in this topology']);
  });

  test('reads the minimum of its HorizontalPodAutoscaler', () => {
    const autoscaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 1, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: web } }
`;
    const topology = cluster({ pods: ['a1', 'b1'], workload: `${deployment()}---\n${autoscaler}` });
    expect(under(topology, scale('minimum')).on).toEqual(['a1']);
  });
});

describe('a rollout', () => {
  test('takes away as many Pods as the strategy allows, rounded down', () => {
    const rollout: Scenario = { kind: 'rollout', workload: WEB, away: null };
    const strategy = 'strategy: { rollingUpdate: { maxUnavailable: 60% } }';
    const topology = cluster({ pods: ['a1', 'a2', 'b1', 'c1'], workload: deployment('', strategy) });
    expect(under(topology, rollout).on).toHaveLength(2);
    expect(under(cluster({ pods: ['a1', 'b1'], workload: deployment() }), rollout).on).toHaveLength(2);
  });
});

describe('an added node', () => {
  test('gets the Pod of a DaemonSet, and none of another workload', () => {
    const added: Scenario = { kind: 'node-added', like: 'c1' };
    expect(under(cluster({ pods: ['a1'], workload: DAEMON_SET }), added).on).toEqual(['a1', 'c1-added-1']);
    expect(under(cluster({ pods: ['a1'], workload: deployment() }), added).on).toEqual(['a1']);
  });

  test('gets a Pod that serves every port, also if the ports are in different slices', () => {
    const metrics = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-2, labels: { kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io } }
addressType: IPv4
ports: [{ name: metrics, port: 90 }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true }, nodeName: a1 }]
`;
    const topology = cluster({ pods: ['a1', 'b1'], workload: `${DAEMON_SET}---\n${metrics}` });
    const added: Scenario = { kind: 'node-added', like: 'c1' };
    expect(under(topology, added).on).toEqual(['a1', 'b1', 'c1-added-1', 'a1', 'c1-added-1']);
  });
});
