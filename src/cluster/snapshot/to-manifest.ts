import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import {
  CILIUM_WEIGHT_ANNOTATION,
  HEADLESS_LABEL,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
} from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { THIRD_PARTY_PROXIES } from '../../model/projection.ts';
import type { RawObject } from '../../model/raw.ts';
import type { Service, ServicePort } from '../../model/service.ts';

/*
 * Converts the compact model back to API objects that project to the same model. Absent fields are undefined, which
 * JSON omits.
 */

export function nodeManifest(node: Node): RawObject {
  const [marker] = THIRD_PARTY_PROXIES.find(([, name]) => name === node.thirdPartyProxy) ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: nonEmpty(node.labels),
      annotations: marker && { [`${marker}seen`]: '' },
      creationTimestamp: timestamp(node.createdAt),
      // The exact time is not kept; only its presence matters.
      deletionTimestamp: node.deleting ? timestamp(node.createdAt ?? 0) : undefined,
    },
    spec: { taints: orUndefined(node.taints) },
    status: {
      allocatable: node.milliCPU > 0 ? { cpu: `${node.milliCPU}m` } : undefined,
      conditions: [{ type: 'Ready', status: node.ready ? 'True' : 'False' }],
      nodeInfo: node.kubeletMinor === null ? undefined : { kubeletVersion: `v1.${node.kubeletMinor}.0` },
    },
  };
}

export function serviceManifest(service: Service): RawObject {
  const { namespace, name, labels, annotations, ports, loadBalancerIngress, ...spec } = service;
  const ingress = loadBalancerIngress.map(({ ip, hostname, ipMode }) => ({
    ip: ip || undefined,
    hostname: hostname || undefined,
    ipMode: ipMode ?? undefined,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, labels: nonEmpty(labels), annotations: nonEmpty(annotations) },
    spec: {
      ...spec,
      type: spec.type || undefined,
      sessionAffinity: spec.sessionAffinity || undefined,
      clusterIP: spec.clusterIP || undefined,
      ipFamilies: orUndefined(spec.ipFamilies),
      ipFamilyPolicy: spec.ipFamilyPolicy || undefined,
      allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? undefined,
      selector: spec.selector ?? undefined,
      externalIPs: orUndefined(spec.externalIPs),
      loadBalancerSourceRanges: orUndefined(spec.loadBalancerSourceRanges),
      internalTrafficPolicy: spec.internalTrafficPolicy ?? undefined,
      externalTrafficPolicy: spec.externalTrafficPolicy ?? undefined,
      trafficDistribution: spec.trafficDistribution ?? undefined,
      topologyKeys: orUndefined(spec.topologyKeys),
      healthCheckNodePort: spec.healthCheckNodePort || undefined,
      publishNotReadyAddresses: spec.publishNotReadyAddresses || undefined,
      ports: orUndefined(ports.map(servicePort)),
    },
    status: ingress.length > 0 ? { loadBalancer: { ingress } } : undefined,
  };
}

function servicePort({ name, protocol, port, targetPort, nodePort }: ServicePort): RawObject {
  return { name: name || undefined, protocol, port, targetPort, nodePort: nodePort || undefined };
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
    conditions: { ready: ready ?? undefined, serving: serving ?? undefined, terminating: terminating ?? undefined },
    nodeName: nodeName ?? undefined,
    zone: zone ?? undefined,
    hints: hints && {
      forZones: orUndefined(hints.zones.map(name => ({ name }))),
      forNodes: orUndefined(hints.nodes.map(name => ({ name }))),
    },
  };
}

export interface NamespaceLabels {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function namespaceManifest({ name, labels }: NamespaceLabels): RawObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: nonEmpty(labels) } };
}

function orUndefined<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function nonEmpty(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(map).length > 0 ? map : undefined;
}

function timestamp(millis: number | null): string | undefined {
  return millis === null ? undefined : new Date(millis).toISOString().replace('.000Z', 'Z');
}
