/** The unit of a rate, per second. */
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
  /**
   * Nodes of which all traffic is measured: to a Service with rates, such a node without a rate, also of its zone,
   * sends nothing. Without this set, a node without a rate has no data.
   */
  readonly measuredNodes?: ReadonlySet<string>;
  /** The file, or the query and its server without credentials. */
  readonly origin: string;
  /** The parts of the input that are not in `rates`, one sentence each with their count. */
  readonly leftOut: readonly string[];
}
