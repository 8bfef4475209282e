import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { hintInputs, predictHints } from '../../topology/hints.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { distinctRoutings } from '../../topology/port-routing.ts';
import { ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { busiestFactor, type InternalTrafficShares, internalTrafficShares } from '../../topology/traffic-shares.ts';

/** The effect of a setting on the traffic of Pods to the ClusterIP in one case. Fractions of all traffic, 0 to 1. */
export interface Outcome {
  /** Of the port that loses most. */
  readonly lost: number;
  /** Share of the busiest endpoint over the mean, of the port with the largest such ratio; `null` if none gets traffic. */
  readonly busiest: number | null;
  /** The same share over the mean of the Pods before a loss. */
  readonly busiestOfToday: number | null;
  /** Mean over the ports. */
  readonly inZone: number;
  /** True if some node loses what it sends, also if it sends nothing today. */
  readonly isLossy: boolean;
  /** False if the routes of some node are not established. */
  readonly known: boolean;
}

export interface TodaysOutcome extends Outcome {
  /** Mean over the ports. */
  readonly onNode: number;
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

export interface OutcomeInput {
  readonly ports: readonly PortRouting[];
  readonly clients: NodeSet;
  /** The ready endpoints of each port before a loss; `null` if the mean is that of the Pods of the case. */
  readonly readyToday: ReadonlyMap<string, number> | null;
}

export function outcomeIn(input: OutcomeInput): Outcome {
  return outcomeOf(sharesOf(input), input);
}

export function todaysOutcome(input: OutcomeInput): TodaysOutcome {
  const shares = sharesOf(input);
  return { ...outcomeOf(shares, input), onNode: meanOf(shares, ({ onNode }) => onNode) };
}

interface PortShares {
  readonly port: PortRouting;
  readonly shares: InternalTrafficShares;
}

function sharesOf({ ports, clients }: OutcomeInput): readonly PortShares[] {
  return ports.map(port => ({ port, shares: internalTrafficShares(port, clients) }));
}

function outcomeOf(ports: readonly PortShares[], { readyToday }: OutcomeInput): Outcome {
  const factors = ports.flatMap(({ port, shares }) => {
    const left = busiestFactor(port, shares);
    const ready = port.index.ready.length;
    if (left === null) return [];
    return { left, today: ready > 0 ? (left * (readyToday?.get(portKey(port)) ?? ready)) / ready : left };
  });
  const largest = (of: (factor: (typeof factors)[number]) => number) =>
    factors.length > 0 ? rounded(Math.max(...factors.map(of))) : null;
  return {
    lost: rounded(Math.max(...ports.map(({ shares }) => shares.lost))),
    busiest: largest(({ left }) => left),
    busiestOfToday: largest(({ today }) => today),
    inZone: meanOf(ports, ({ inZone }) => inZone),
    isLossy: ports.some(({ shares }) => shares.losingNodes > 0),
    known: ports.every(({ shares }) => shares.unknownNodes === 0),
  };
}

function meanOf(ports: readonly PortShares[], value: (shares: InternalTrafficShares) => number): number {
  return rounded(ports.reduce((sum, { shares }) => sum + value(shares), 0) / ports.length);
}

/** Sums of shares have rounding errors. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
