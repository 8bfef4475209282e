import type { KubeObject } from './fake-cluster.ts';

export function node(name: string, zone: string, more: { heartbeat?: string; ready?: boolean } = {}): KubeObject {
  const { heartbeat = '2026-07-01T00:00:00Z', ready = true } = more;
  return {
    metadata: { name, labels: { 'topology.kubernetes.io/zone': zone }, creationTimestamp: '2026-06-01T00:00:00Z' },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastHeartbeatTime: heartbeat }],
      images: [{ names: ['a-large-list-that-nobody-here-reads'] }],
    },
  };
}

export function service(namespace: string, name: string, annotations: Record<string, string> = {}): KubeObject {
  return {
    metadata: { namespace, name, annotations },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.9',
      selector: { app: name },
      ports: [{ port: 80, protocol: 'TCP' }],
    },
  };
}

export function slice(namespace: string, serviceName: string, more: { name?: string; on?: string[] } = {}): KubeObject {
  const { name = `${serviceName}-1`, on = [] } = more;
  return {
    metadata: { namespace, name, labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints: on.map((nodeName, index) => ({
      addresses: [`10.0.0.${index + 1}`],
      conditions: { ready: true },
      nodeName,
      zone: 'zone-a',
    })),
  };
}

export function namespace(name: string, labels: Record<string, string> = {}): KubeObject {
  return { metadata: { name, labels } };
}

export function pod(name: string, labels: Record<string, string>): KubeObject {
  return { metadata: { namespace: 'shop', name, labels }, spec: { nodeName: 'n1' }, status: { phase: 'Running' } };
}
