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

/**
 * The nodes and zones of which all traffic is measured: to a Service with rates, such a node and the nodes of such a zone
 * send nothing unless they have a rate, or a part of that of their zone.
 */
export interface MeasuredSources {
  readonly nodes: ReadonlySet<string>;
  readonly zones: ReadonlySet<string>;
}

/** The sources with a rate to any Service. Who measures lists what was sent, not what was not. */
export function sourcesOf(rates: readonly TrafficRate[]): MeasuredSources {
  const namesOf = (kind: TrafficSource['kind']) =>
    new Set(rates.filter(({ from }) => from.kind === kind).map(({ from }) => from.name));
  return { nodes: namesOf('node'), zones: namesOf('zone') };
}

/** Measured rates of one unit. A pair of Service and source is there once at most. */
export interface MeasuredTraffic {
  readonly unit: TrafficUnit;
  readonly rates: readonly TrafficRate[];
  /** Without it, a node without a rate has no data. */
  readonly measured?: MeasuredSources;
  /** The file, or the query and its server without credentials. */
  readonly origin: string;
  /** The parts of the input that are not in `rates`, one sentence each with their count. */
  readonly leftOut: readonly string[];
}
