import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';

/** A cluster connection that belongs to the audit and is closed by it. */
export interface ConnectedCluster extends AuditedCluster {
  readonly topology: AuditedCluster['topology'] & {
    onServiceChange(listener: (before: Service | undefined, after: Service | undefined) => void): () => void;
  };
  /** URL of the API server. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A cluster with change notifications; LiveCluster implements it. */
export interface AuditedCluster {
  readonly topology: Topology & { onChange(listener: () => void): () => void };
  /** Rejects if the cluster is stopped before it is ready. */
  readonly whenReady: Promise<void>;
  facts(): ClusterFacts;
}
