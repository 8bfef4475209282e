import type { ClusterFacts, Topology } from '../../model/topology.ts';

/** A cluster opened for the audit alone, which closes it. */
export interface ConnectedCluster extends AuditedCluster {
  /** Of the API server. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A cluster that tells when it changes, as LiveCluster does. */
export interface AuditedCluster {
  readonly topology: Topology & { onChange(listener: () => void): () => void };
  /** Rejects where the cluster was stopped before. */
  readonly whenReady: Promise<void>;
  facts(): ClusterFacts;
}
