import type { Service } from './service.ts';

/** One breach of the API's own rules for the traffic fields, found at the edge. */
export interface Violation {
  /** `spec.trafficDistribution` */
  readonly path: string;
  /** What the API server would say of it: `Unsupported value: "Near": supported values: "PreferClose"`. */
  readonly reason: string;
}

/** Where a Service comes from: a review, a manifest, or the cluster as it stands. */
export type Source = 'admission' | 'files' | 'cluster';

/** The Service to judge and what it replaces. */
export interface Change {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly source: Source;
  readonly service: Service;
  readonly old: Service | null;
  readonly violations: readonly Violation[];
  /** Why nothing can be said of its endpoints, where that is so: the Pods could not be listed in time… */
  readonly endpointsUnknown?: string;
}
