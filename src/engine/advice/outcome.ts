import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { hintInputs, predictHints } from '../../topology/hints.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { distinctRoutings } from '../../topology/port-routing.ts';
import { ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { busiestFactor, internalTrafficShares } from '../../topology/traffic-shares.ts';

/** The effect of a setting on the traffic of Pods to the ClusterIP in one case. Fractions of all traffic, 0 to 1. */
export interface Outcome {
  /** Of the port that loses most. */
  readonly lost: number;
  /** Share of the busiest endpoint over the mean, of the port with the largest such ratio; `null` if none gets traffic. */
  readonly busiest: number | null;
  /** The same share over the mean of the Pods before a loss. */
  readonly busiestOfToday: number | null;
  /** Means over the ports. */
  readonly inZone: number;
  readonly onNode: number;
  /** True if some node loses what it sends, also if it sends nothing today. */
  readonly isLossy: boolean;
  /** False if the routes of some node are not established. */
  readonly known: boolean;
}

export interface RoutingsInput {
  readonly service: Service;
  readonly facts: ClusterFacts;
  /** The nodes of the case; only topology-mode Auto reads them. */
  readonly nodes: NodeSet;
  /** Keys of the ports to route; `null` for all. */
  readonly ports: ReadonlySet<string> | null;
}

export function portKey({ port, family }: PortRouting): string {
  return `${family} ${port.protocol} ${port.name}`;
}

/** The routes of the ports with distinct endpoints, with the hints that the controller will write. */
export function routingsIn(slices: readonly EndpointSlice[], input: RoutingsInput): readonly PortRouting[] {
  const { service, facts, nodes, ports } = input;
  const predicted = predictHints(hintInputs(service, facts.version), slices, nodes);
  const all = distinctRoutings({ service, endpoints: new ServiceEndpoints(predicted.slices), facts });
  return ports === null ? all : all.filter(port => ports.has(portKey(port)));
}

/** `readyToday`: the ready endpoints of each port before a loss; `null` if the mean is that of the Pods of the case. */
export function outcomeIn(
  ports: readonly PortRouting[],
  clients: NodeSet,
  readyToday: ReadonlyMap<string, number> | null,
): Outcome {
  const shares = ports.map(port => ({ port, shares: internalTrafficShares(port, clients) }));
  const mean = (value: (part: (typeof shares)[number]) => number) =>
    rounded(shares.reduce((sum, part) => sum + value(part), 0) / shares.length);
  const factors = shares.flatMap(({ port, shares: own }) => {
    const left = busiestFactor(port, own);
    const ready = port.index.ready.length;
    return left === null
      ? []
      : { left, today: ready > 0 ? (left * (readyToday?.get(portKey(port)) ?? ready)) / ready : left };
  });
  const largest = (of: (factor: (typeof factors)[number]) => number) =>
    factors.length > 0 ? rounded(Math.max(...factors.map(of))) : null;
  return {
    lost: rounded(Math.max(...shares.map(({ shares: own }) => own.lost))),
    busiest: largest(({ left }) => left),
    busiestOfToday: largest(({ today }) => today),
    inZone: mean(({ shares: own }) => own.inZone),
    onNode: mean(({ shares: own }) => own.onNode),
    isLossy: shares.some(({ shares: own }) => own.losingNodes > 0),
    known: shares.every(({ shares: own }) => own.unknownNodes === 0),
  };
}

/** Sums of shares have rounding errors. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
