import type { MeasuredSenders } from '../../topology/measured-senders.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { internalTrafficShares } from '../../topology/traffic-shares.ts';
import { WeightedNodeSet } from '../../topology/weighted-node-set.ts';

/** Where the measured bytes of a Service go, per second. */
export interface ZoneBytes {
  readonly crossZone: number;
  readonly inZone: number;
  /** The zone of the node or of the endpoint is not known, or the route. */
  readonly unknown: number;
  readonly lost: number;
}

/**
 * The measured bytes of the nodes that are clients. What nodes without data send is in none of the figures. Ports with
 * different endpoints count as if each had all of the traffic, and the figures are means over them.
 */
export function zoneBytes(
  ports: readonly PortRouting[],
  clients: NodeSet,
  { rateOf }: Pick<MeasuredSenders, 'rateOf'>,
): ZoneBytes {
  const measured = new WeightedNodeSet(clients, rateOf);
  const total = measured.weight;
  if (total === 0 || ports.length === 0) return { crossZone: 0, inZone: 0, unknown: total, lost: 0 };
  const shares = ports.map(port => internalTrafficShares(port, measured));
  const mean = (share: (one: (typeof shares)[number]) => number) =>
    (total * shares.reduce((sum, one) => sum + share(one), 0)) / shares.length;
  const [crossZone, inZone, lost] = [mean(one => one.crossZone), mean(one => one.inZone), mean(one => one.lost)];
  return { crossZone, inZone, lost, unknown: withoutRounding(total - crossZone - inZone - lost, total) };
}

/** Sums have rounding errors. */
function withoutRounding(rest: number, total: number): number {
  return rest > total * 1e-9 ? rest : 0;
}
