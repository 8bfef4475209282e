import type { Advice } from '../../../src/engine/advice/advice.ts';
import { Advisor } from '../../../src/engine/advice/advisor.ts';
import { DEFAULT_CLIENT_NODES } from '../../../src/topology/client-nodes.ts';
import { FACTS, topologyFrom } from '../../support/builders.ts';

export interface AdviceCluster {
  /** Names of nodes; the first letter is the zone. Four of each of `a`, `b` and `c` by default. */
  readonly nodes?: readonly string[];
  /** The nodes of the Pods. */
  readonly pods: readonly string[];
  readonly replicas?: number;
  readonly podSpec?: object;
  readonly strategy?: object;
  readonly autoscaler?: { readonly minReplicas: number; readonly maxReplicas: number };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly distribution?: string;
  /** More objects. */
  readonly more?: readonly object[];
  /** Named ports, each with a separate slice, and the nodes of the Pods that serve them. */
  readonly otherPorts?: Readonly<Record<string, readonly string[]>>;
}

export const NODES = ['a', 'b', 'c'].flatMap(zone => [1, 2, 3, 4].map(n => `${zone}${n}`));
/** Uneven over the zones: with PreferSameZone one Pod serves a whole zone, more than twice the mean. */
export const UNEVEN = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'];
export const OWN = { labelSelector: { matchLabels: { app: 'web' } } };
export const SURGE_ONLY = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };

export function adviceIn(cluster: AdviceCluster): Advice {
  const topology = topologyFrom(manifests(cluster));
  const service = topology.service('default', 'web');
  if (!service) throw new Error('there is no web');
  return new Advisor({ topology, facts: FACTS, clientNodes: DEFAULT_CLIENT_NODES, maxLoad: 2 }).advise(service);
}

export function manifests(cluster: AdviceCluster): string {
  const { pods, autoscaler, distribution, annotations = {}, more = [], otherPorts = {}, nodes = NODES } = cluster;
  const names = ['http', ...Object.keys(otherPorts)];
  const objects = [
    ...nodes.map(nodeManifest),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', annotations },
      spec: {
        selector: { app: 'web' },
        ports: names.map((name, i) => ({ name, port: 80 + i, targetPort: name })),
        trafficDistribution: distribution,
      },
    },
    sliceManifest('http', pods),
    ...Object.entries(otherPorts).map(([name, on]) => sliceManifest(name, on)),
    deployment(cluster),
    ...(autoscaler ? [autoscalerManifest(autoscaler)] : []),
    ...more,
  ];
  return objects.map(object => JSON.stringify(object)).join('\n---\n');
}

function nodeManifest(name: string): object {
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${name[0]}` };
  const status = { allocatable: { cpu: '4' }, conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status };
}

function sliceManifest(port: string, pods: readonly string[]): object {
  const labels = {
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `web-${port}`, labels },
    addressType: 'IPv4',
    ports: [{ name: port, port: 8080 }],
    endpoints: pods.map((nodeName, i) => ({
      addresses: [`10.0.0.${i + 1}`],
      conditions: { ready: true },
      nodeName,
      zone: `zone-${nodeName[0]}`,
    })),
  };
}

function deployment({ pods, replicas = pods.length, podSpec = {}, strategy = SURGE_ONLY }: AdviceCluster): object {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }], ...podSpec } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, strategy, template },
  };
}

function autoscalerManifest(bounds: object): object {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { scaleTargetRef, ...bounds },
  };
}
