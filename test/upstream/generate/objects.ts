/*
 * The fields of the API objects that the generator writes. They are mutable, because a cluster is generated and then changed.
 */
export type Family = 'IPv4' | 'IPv6';
export type Labels = Record<string, string>;

export interface RawNode {
  apiVersion: 'v1';
  kind: 'Node';
  metadata: { name: string; labels: Labels };
  status: {
    allocatable?: { cpu?: string };
    conditions?: { type: string; status: string }[];
    nodeInfo: { kubeletVersion: string };
  };
}

export interface RawServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

export interface RawService {
  apiVersion: 'v1';
  kind: 'Service';
  metadata: { namespace: string; name: string; labels?: Labels; annotations?: Labels };
  spec: {
    type?: string;
    selector?: Labels;
    clusterIP?: string;
    clusterIPs?: string[];
    ipFamilies?: Family[];
    externalName?: string;
    ports?: RawServicePort[];
    externalIPs?: string[];
    allocateLoadBalancerNodePorts?: boolean;
    internalTrafficPolicy?: string;
    externalTrafficPolicy?: string;
    healthCheckNodePort?: number;
    trafficDistribution?: string;
    sessionAffinity?: string;
    publishNotReadyAddresses?: boolean;
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string; ipMode?: string }[] } };
}

export interface RawHints {
  forZones?: { name: string }[];
  forNodes?: { name: string }[];
}

export interface RawEndpoint {
  addresses: string[];
  conditions: { ready?: boolean; serving?: boolean; terminating?: boolean };
  nodeName?: string;
  zone?: string;
  hints?: RawHints;
}

export interface RawSlicePort {
  name?: string;
  protocol?: string;
  port?: number;
}

export interface RawSlice {
  apiVersion: 'discovery.k8s.io/v1';
  kind: 'EndpointSlice';
  metadata: { namespace: string; name: string; labels: Labels; annotations?: Labels };
  addressType: Family | 'FQDN';
  ports: RawSlicePort[];
  endpoints: RawEndpoint[];
}

export interface RawCluster {
  nodes: RawNode[];
  services: RawService[];
  slices: RawSlice[];
}

export const ZONE = 'topology.kubernetes.io/zone';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER = 'endpointslice-controller.k8s.io';
export const MIRRORING = 'endpointslicemirroring-controller.k8s.io';
export const PROXY_NAME = 'service.kubernetes.io/service-proxy-name';
export const HEADLESS = 'service.kubernetes.io/headless';
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
export const TOPOLOGY_AWARE_HINTS = 'service.kubernetes.io/topology-aware-hints';
