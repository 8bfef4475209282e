import { SLICE_CONTROLLER } from '../../src/model/endpoint-slice.ts';
import { file } from './terminal.ts';

/** A Service `web` in the namespace ns with one node for each Pod. */
export interface AdvisedCluster {
  /** The number of Pods in each zone. */
  readonly pods: readonly number[];
  readonly service?: object;
  readonly annotations?: object;
  readonly families?: readonly ('IPv4' | 'IPv6')[];
  readonly kubelet?: string;
  readonly kind?: 'Deployment' | 'DaemonSet';
  /** Of the container of the Pods. */
  readonly resources?: object;
  readonly autoscaler?: { readonly min: number; readonly target?: number };
  /** True if the endpoints have the hint of their zone. */
  readonly hinted?: boolean;
}

/** The file of the cluster. */
export function advisedCluster(cluster: AdvisedCluster): string {
  const { pods, families = ['IPv4'], kind = 'Deployment', resources = {}, autoscaler } = cluster;
  const places = pods.flatMap((count, zone) => Array.from({ length: count }, (_, i) => [`n${zone}-${i}`, `z${zone}`]));
  const meta = { name: 'web', namespace: 'ns' };
  const spec = { selector: { app: 'web' }, ports: [{ port: 80 }], ipFamilies: families, ...cluster.service };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', resources }] } };
  const items = [
    ...places.map(([name = '', zone = '']) => nodeObject(name, zone, cluster.kubelet ?? 'v1.37.0')),
    { apiVersion: 'v1', kind: 'Service', metadata: { ...meta, annotations: cluster.annotations }, spec },
    ...families.map(family => sliceObject(family, places, cluster.hinted ?? false)),
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: meta,
      spec: {
        replicas: places.length,
        selector: { matchLabels: { app: 'web' } },
        template,
        ...(kind === 'Deployment' && ONE_AT_A_TIME),
      },
    },
    ...(autoscaler ? [autoscalerObject(autoscaler)] : []),
  ];
  return file(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'cluster.json');
}

const ONE_AT_A_TIME = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } };

function nodeObject(name: string, zone: string, kubeletVersion: string): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone } },
    status: {
      allocatable: { cpu: '4' },
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { kubeletVersion, operatingSystem: 'linux' },
    },
  };
}

function sliceObject(family: string, places: readonly (readonly string[])[], hinted: boolean): object {
  const prefix = family === 'IPv6' ? 'fd00::' : '10.0.0.';
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: {
      ...{ name: `web-${family.toLowerCase()}`, namespace: 'ns' },
      labels: { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': SLICE_CONTROLLER },
    },
    addressType: family,
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints: places.map(([nodeName, zone], i) => ({
      ...{ addresses: [`${prefix}${i + 1}`], conditions: { ready: true }, nodeName, zone },
      ...(hinted && { hints: { forZones: [{ name: zone }] } }),
    })),
  };
}

function autoscalerObject({ min, target = 75 }: { readonly min: number; readonly target?: number }): object {
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } };
  return {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'ns' } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      ...{ minReplicas: min, maxReplicas: 100, metrics: [{ type: 'Resource', resource }] },
    },
  };
}
