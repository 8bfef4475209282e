import type { DataPlanes } from './data-plane.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { Node } from './node.ts';
import type { Service } from './service.ts';
import type { KubernetesVersion } from './version.ts';
import type { Workload } from './workload.ts';

/**
 * Nodes, Services and EndpointSlices of one cluster at one moment, read-only. Unchanged arrays and labels are the same
 * instances at the next call, so that values derived from them can be cached.
 */
export interface Topology {
  nodes(): readonly Node[];
  node(name: string): Node | undefined;
  services(): readonly Service[];
  service(namespace: string, name: string): Service | undefined;
  /** Slices of one Service, of all address types and managers. */
  slices(namespace: string, serviceName: string): readonly EndpointSlice[];
  /** Workloads from manifests; a live topology has none. */
  workloads(namespace: string): readonly Workload[];
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
}

/** Facts about the cluster other than its objects. */
export interface ClusterFacts {
  readonly version: KubernetesVersion;
  readonly dataPlanes: DataPlanes;
  /** Reference time for ages, in milliseconds since the epoch. */
  readonly now: number;
  /** The topology is at most this old, in seconds; 0 for files. */
  readonly topologyAgeSeconds: number;
  /** Where the topology is from, for messages; absent if only manifests to evaluate were given. */
  readonly topologyFrom?: 'files' | 'unreadable files' | 'cluster';
}
