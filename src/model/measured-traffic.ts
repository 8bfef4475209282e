/** What a rate counts. */
export type TrafficUnit = 'bytes' | 'requests';

/** Where traffic comes from: one node, or all nodes of a zone. */
export interface TrafficSource {
  readonly kind: 'node' | 'zone';
  readonly name: string;
}

/** The traffic from one source to the ClusterIP of one Service. */
export interface TrafficRate {
  readonly namespace: string;
  readonly service: string;
  readonly from: TrafficSource;
  /** Finite and not negative. */
  readonly perSecond: number;
}

/** Measured rates of one unit. A pair of Service and source is there once at most. */
export interface MeasuredTraffic {
  readonly unit: TrafficUnit;
  readonly rates: readonly TrafficRate[];
  /** The file, or the query and its server without credentials. */
  readonly origin: string;
  /** What of the input is not in `rates`, one sentence each with its count. */
  readonly leftOut: readonly string[];
}
