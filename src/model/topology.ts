import type { EndpointSlice } from './endpoint-slice.ts';
import type { Node } from './node.ts';
import type { Service } from './service.ts';
import type { KubernetesVersion } from './version.ts';
import type { Workload } from './workload.ts';

/**
 * Nodes, Services and EndpointSlices of one cluster at one moment, read-only. Finds and lists, nothing else. An
 * array that has not changed is the same array at the next call, and so are labels, so that what is derived from them can
 * be kept.
 */
export interface Topology {
  nodes(): readonly Node[];
  node(name: string): Node | undefined;
  services(): readonly Service[];
  service(namespace: string, name: string): Service | undefined;
  /** Slices of one Service, all address types, whoever manages them. */
  slices(namespace: string, serviceName: string): readonly EndpointSlice[];
  /** Workloads given as manifests; a live topology knows none. */
  workloads(namespace: string): readonly Workload[];
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
}

export type DataPlaneKind = 'kube-proxy' | 'ipvs' | 'cilium' | 'other';

export interface DataPlane {
  readonly kind: DataPlaneKind;
  /** Cilium's `loadBalancer.serviceTopology`; means nothing elsewhere. */
  readonly serviceTopology: boolean;
  /** True where nothing said which data plane this is and kube-proxy is taken for granted. */
  readonly assumed: boolean;
}

/** What is known of the cluster besides its objects. */
export interface ClusterFacts {
  readonly version: KubernetesVersion;
  readonly dataPlane: DataPlane;
  /** Milliseconds since the epoch: the moment for which ages are computed. */
  readonly now: number;
  /** How old the topology may be, in seconds; 0 for files. */
  readonly topologyAgeSeconds: number;
}

export const ASSUMED_KUBE_PROXY: DataPlane = { kind: 'kube-proxy', serviceTopology: false, assumed: true };
