import type { Service } from './service.ts';

/** A traffic field that the API server's validation rejects, found when the object is read. */
export interface Violation {
  /** `spec.trafficDistribution` */
  readonly path: string;
  /** The API server's message: `Unsupported value: "Near": supported values: "PreferClose"`. */
  readonly reason: string;
}

/** Something of a manifest that the API server does not know, or an unknown annotation of zonewise. */
export interface UnknownField {
  /** `spec.internalTraficPolicy` */
  readonly path: string;
  readonly kind: 'field' | 'apiVersion' | 'annotation';
  /** The probable intention. */
  readonly suggestion: string | null;
}

/**
 * Where a Service comes from: a review, a manifest, or the current state of the cluster. `workload`: it stays as it is, and a
 * review of a workload or of a Node changes its endpoints.
 */
export type ChangeSource = 'admission' | 'files' | 'cluster' | 'workload';

/** The Service to evaluate and the one that it replaces. */
export interface Change {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly source: ChangeSource;
  readonly service: Service;
  readonly old: Service | null;
  readonly violations: readonly Violation[];
  /** Of a manifest; through the API server none arrive. */
  readonly unknownFields?: readonly UnknownField[];
  /** Of source `workload`: the change as the subject of a sentence, `scaling deployment/web to 1`. */
  readonly cause?: string;
  /** Of source `workload`: other outcomes of the change may affect more nodes and zones than this one. */
  readonly isLowerBound?: boolean;
  /** Set if the endpoints are unknown. */
  readonly endpointsUnknown?: EndpointsUnknown;
}

/** Why the endpoints of a Service are unknown. */
export interface EndpointsUnknown {
  readonly reason: 'pods-unavailable' | 'pods-pending' | 'deadline' | 'too-large';
  /** The reason as text, with its details. */
  readonly why: string;
  /** Nodes that pending Pods may still cover; unset if there is no bound. */
  readonly maxNodesToCover?: number;
}
