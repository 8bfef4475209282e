export interface TopologySpreadConstraint {
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
}

/** What makes Pods, as found in manifests beside the Service. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';
  readonly namespace: string;
  readonly name: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly spread: readonly TopologySpreadConstraint[];
  /** Topology keys of the Pod's anti-affinity terms, required and preferred. */
  readonly antiAffinityKeys: readonly string[];
}
