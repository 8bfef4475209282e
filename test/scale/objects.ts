import type { Member, Place, World } from './planned-cluster.ts';
import { pick } from './random.ts';

const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly nodeName: string;
  readonly zone: string;
  readonly targetRef: object;
  readonly hints?: { readonly forZones: readonly { readonly name: string }[] };
}

/** As large as a kubelet's Node: addresses, conditions with heartbeats, images. */
export function nodeObject({ node, zone }: Place, index: number, heartbeat: string): KubeObject {
  const resources = { cpu: '15890m', memory: '63427144Ki', pods: '110', 'ephemeral-storage': '95491281146' };
  return {
    metadata: {
      name: node,
      labels: {
        'kubernetes.io/hostname': node,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'large',
        'topology.kubernetes.io/region': 'region-1',
        'topology.kubernetes.io/zone': zone,
        'example.com/pool': `pool-${index % 7}`,
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR: `10.${Math.floor(index / 256)}.${index % 256}.0/24`, providerID: `example://${zone}/${node}` },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(type => ({
        type,
        status: type === 'Ready' ? 'True' : 'False',
        lastHeartbeatTime: heartbeat,
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: `Kubelet${type}`,
        message: `kubelet reports ${type}`,
      })),
      nodeInfo: { kubeletVersion: 'v1.37.1', osImage: 'Linux', architecture: 'amd64', operatingSystem: 'linux' },
      images: Array.from({ length: 12 }, (_, image) => ({
        names: [`registry.example/images/application-${image}@sha256:${'0'.repeat(64)}`],
        sizeBytes: 100_000_000 + image,
      })),
    },
  };
}

/** Every fifteenth Service has some traffic fields, the rest are plain, so that many rules have findings. */
export function serviceObject({ namespace, name, index }: Member): KubeObject {
  return {
    metadata: {
      namespace,
      name,
      labels: { app: name, 'app.kubernetes.io/part-of': namespace },
      ...(index % 15 === 1 ? { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } } : {}),
    },
    spec: {
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      ...(FIELDS[index % 15] ?? {}),
    },
  };
}

const FIELDS: Readonly<Record<number, object>> = {
  2: { trafficDistribution: 'PreferSameZone' },
  3: { internalTrafficPolicy: 'Local' },
  4: { trafficDistribution: 'PreferSameNode', sessionAffinity: 'ClientIP' },
  5: { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' },
  6: { trafficDistribution: 'PreferClose' },
  7: { trafficDistribution: 'PreferSameZone', publishNotReadyAddresses: true },
  8: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
  9: { type: 'NodePort', externalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' },
};

export function sliceName({ name }: Member, number: number): string {
  return `${name}-${number}`;
}

export function sliceObject(member: Member, number: number, endpoints: readonly SliceEndpoint[]): KubeObject {
  return {
    metadata: {
      namespace: member.namespace,
      name: sliceName(member, number),
      labels: {
        app: member.name,
        'kubernetes.io/service-name': member.name,
        'endpointslice.kubernetes.io/managed-by': SLICE_CONTROLLER,
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints,
  };
}

export function plannedEndpoints(world: World, member: Member): readonly SliceEndpoint[] {
  return Array.from({ length: member.endpoints }, () => someEndpoint(world, member));
}

/** A Pod's endpoint on a random node, with the zone hint for the Service's traffic distribution. */
export function someEndpoint({ places, random }: World, { namespace, name, index }: Member): SliceEndpoint {
  const { node, zone } = pick(places, random);
  const octet = () => Math.floor(random() * 256);
  const ready = random() < 0.97;
  const hinted = [2, 5, 6, 9].includes(index % 15);
  return {
    addresses: [`10.${octet()}.${octet()}.${octet()}`],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: node,
    zone,
    targetRef: { kind: 'Pod', namespace, name: `${name}-${Math.floor(random() * 2 ** 40).toString(36)}` },
    ...(hinted ? { hints: { forZones: [{ name: zone }] } } : {}),
  };
}
