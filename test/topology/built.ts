import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import { SLICE_CONTROLLER } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import type { Service } from '../../src/model/service.ts';
import type { ClusterFacts, Topology } from '../../src/model/topology.ts';
import type { Workload } from '../../src/model/workload.ts';
import type { PortReach } from '../../src/topology/port-routing.ts';
import { reach } from '../../src/topology/port-routing.ts';
import { ServiceEndpoints } from '../../src/topology/service-endpoints.ts';

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
    cpuMillis: 4000,
    foreignProxy: null,
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
): readonly PortReach[] {
  return reach({ service, endpoints: new ServiceEndpoints(slices), facts });
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
