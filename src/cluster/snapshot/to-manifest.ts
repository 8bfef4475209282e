import {
  CILIUM_WEIGHT_ANNOTATION,
  type Endpoint,
  type EndpointSlice,
  HEADLESS_LABEL,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
} from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { THIRD_PARTY_PROXIES } from '../../model/projection.ts';
import type { RawObject } from '../../model/raw.ts';
import type { Service } from '../../model/service.ts';

/*
 * Converts the compact model back to API objects that project to the same model. JSON omits undefined fields.
 */

export function nodeManifest(node: Node): RawObject {
  const [marker] = THIRD_PARTY_PROXIES.find(([, name]) => name === node.thirdPartyProxy) ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: present({
      name: node.name,
      labels: node.labels,
      annotations: marker && { [`${marker}seen`]: '' },
      creationTimestamp: timestamp(node.createdAt),
      // The exact time is not kept; only its presence matters.
      deletionTimestamp: node.deleting ? timestamp(node.createdAt ?? 0) : null,
    }),
    spec: present({ taints: node.taints }),
    status: {
      allocatable: node.milliCPU > 0 ? { cpu: `${node.milliCPU}m` } : undefined,
      conditions: [{ type: 'Ready', status: node.ready ? 'True' : 'False' }],
      nodeInfo: {
        kubeletVersion: node.kubeletMinor === null ? undefined : `v1.${node.kubeletMinor}.0`,
        operatingSystem: node.os || undefined,
      },
    },
  };
}

export function serviceManifest(service: Service): RawObject {
  const { namespace, name, labels, annotations, ports, loadBalancerIngress, ...spec } = service;
  const ingress = loadBalancerIngress.map(present);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: present({ namespace, name, labels, annotations }),
    spec: present({
      ...spec,
      publishNotReadyAddresses: spec.publishNotReadyAddresses || null,
      ports: ports.map(present),
    }),
    status: ingress.length > 0 ? { loadBalancer: { ingress } } : undefined,
  };
}

export function sliceManifest(slice: EndpointSlice): RawObject {
  const labels = {
    [SERVICE_NAME_LABEL]: slice.serviceName || undefined,
    [MANAGED_BY_LABEL]: slice.managedBy || undefined,
    [HEADLESS_LABEL]: slice.proxied ? undefined : '',
  };
  const annotations = slice.endpoints.some(({ zeroWeight }) => zeroWeight)
    ? { [CILIUM_WEIGHT_ANNOTATION]: '0' }
    : undefined;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: slice.namespace, name: slice.name, labels, annotations },
    addressType: slice.addressType,
    ports: slice.ports.map(({ name, protocol, port }) => ({ name, protocol, port: port ?? undefined })),
    endpoints: slice.endpoints.map(endpoint),
  };
}

function endpoint({ address, ready, serving, terminating, nodeName, zone, hints }: Endpoint): RawObject {
  return {
    addresses: address === '' ? [] : [address],
    conditions: present({ ready, serving, terminating }),
    ...present({ nodeName, zone }),
    hints:
      hints &&
      present({ forZones: hints.zones.map(name => ({ name })), forNodes: hints.nodes.map(name => ({ name })) }),
  };
}

export interface NamespaceLabels {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function namespaceManifest({ name, labels }: NamespaceLabels): RawObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: present({ name, labels }) };
}

/** The fields without those that an API object omits: null, 0 and empty ones. */
function present(fields: object): RawObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isAbsent(value)));
}

function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function timestamp(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString().replace('.000Z', 'Z');
}
