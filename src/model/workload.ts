import type { ContainerPort } from './pod.ts';

export interface TopologySpreadConstraint {
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
}

/** A controller of Pods, as found in the manifests next to the Service. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';
  readonly namespace: string;
  readonly name: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podPorts: readonly ContainerPort[];
  readonly replicas: number;
  readonly spread: readonly TopologySpreadConstraint[];
  /** Topology keys of the Pod's anti-affinity terms, required and preferred. */
  readonly antiAffinityKeys: readonly string[];
}
