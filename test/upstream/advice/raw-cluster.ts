import type { EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import type { Node } from '../../../src/model/node.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../../src/model/service.ts';
import type { ClusterState } from '../../property/advice-states.ts';
import type { RawCluster, RawHints, RawNode, RawService, RawSlice } from '../generate/objects.ts';
import { CONTROLLER, MANAGED_BY, SERVICE_NAME, TOPOLOGY_MODE, ZONE } from '../generate/objects.ts';

/** The API objects of a state, with the Service once for each of these settings, in separate namespaces. */
export function rawCluster({ nodes, slices }: ClusterState, settings: readonly Service[]): RawCluster {
  return {
    nodes: nodes.map(rawNode),
    services: settings.map((service, i) => rawService(service, namespaceOf(i))),
    slices: settings.flatMap((_, i) => slices.map(slice => rawSlice(slice, namespaceOf(i)))),
  };
}

/** The namespace of the Service with the setting at this position. */
export function namespaceOf(position: number): string {
  return `setting-${position}`;
}

function rawNode({ name, zone, ready, milliCPU, kubeletMinor }: Node): RawNode {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: zone === null ? {} : { [ZONE]: zone } },
    status: {
      ...(milliCPU > 0 && { allocatable: { cpu: `${milliCPU}m` } }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      nodeInfo: { kubeletVersion: `v1.${kubeletMinor}.0` },
    },
  };
}

function rawService(service: Service, namespace: string): RawService {
  const { internalTrafficPolicy, trafficDistribution, annotations } = service;
  const mode = annotations[TOPOLOGY_MODE_ANNOTATION];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: service.name, ...(mode && { annotations: { [TOPOLOGY_MODE]: mode } }) },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      ipFamilies: ['IPv4'],
      selector: { ...service.selector },
      ports: service.ports.map(({ name, protocol, port, targetPort }) => ({ name, protocol, port, targetPort })),
      ...(internalTrafficPolicy && { internalTrafficPolicy }),
      ...(trafficDistribution && { trafficDistribution }),
    },
  };
}

function rawSlice({ name, serviceName, ports, endpoints }: EndpointSlice, namespace: string): RawSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name, labels: { [SERVICE_NAME]: serviceName, [MANAGED_BY]: CONTROLLER } },
    addressType: 'IPv4',
    ports: ports.map(({ name: port, protocol, port: number }) => ({
      name: port ?? '',
      protocol,
      ...(number !== null && { port: number }),
    })),
    endpoints: endpoints.map(({ address, ready, serving, terminating, nodeName, zone, hints }) => ({
      addresses: [address],
      conditions: {
        ...(ready !== null && { ready }),
        ...(serving !== null && { serving }),
        ...(terminating !== null && { terminating }),
      },
      ...(nodeName !== null && { nodeName }),
      ...(zone !== null && { zone }),
      ...(hints && { hints: rawHints(hints) }),
    })),
  };
}

function rawHints({
  zones,
  nodes,
}: {
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}): RawHints {
  return {
    ...(zones.length > 0 && { forZones: zones.map(name => ({ name })) }),
    ...(nodes.length > 0 && { forNodes: nodes.map(name => ({ name })) }),
  };
}

/** The cluster with the hints that upstream writes, by slice name, on the slices of one namespace. */
export function withWrittenHints(
  cluster: RawCluster,
  namespace: string,
  written: Readonly<Record<string, readonly (RawHints | null)[]>>,
): RawCluster {
  const slices = cluster.slices
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(slice => ({
      ...slice,
      endpoints: slice.endpoints.map(({ hints: _, ...endpoint }, i) => {
        const hints = written[slice.metadata.name]?.[i];
        return hints ? { ...endpoint, hints } : endpoint;
      }),
    }));
  const services = cluster.services.filter(({ metadata }) => metadata.namespace === namespace);
  return { nodes: cluster.nodes, services, slices };
}
