import type { MeasuredSources, TrafficRate } from '../model/measured-traffic.ts';
import type { Node } from '../model/node.ts';
import type { NodeSet, WeightOf } from './node-set.ts';

/** The traffic that the client nodes of a Service send, by its measured rates. */
export interface MeasuredSenders {
  /** For any node, also one that a scenario adds: the rate, without data as much per CPU as the nodes with data. */
  readonly weightOf: WeightOf;
  /** Per second; 0 for a node without data. */
  readonly rateOf: WeightOf;
  readonly summary: SendersSummary;
}

/** The part that results keep. It must be small, because there are many Services. */
export interface SendersSummary {
  /** `cpu`: no client node has data, or all rates are 0, so that only their CPUs tell how nodes compare. */
  readonly by: 'rates' | 'cpu';
  /** The sum over the client nodes, per second. */
  readonly perSecond: number;
  readonly clientNodes: number;
  /** Client nodes. */
  readonly withoutData: CountedNames;
  /** Sources other than the client nodes, and the sum of their rates per second. */
  readonly elsewhere: CountedNames & { readonly perSecond: number };
}

/** The number of some names, and the first of them. */
export interface CountedNames {
  readonly count: number;
  readonly first: readonly string[];
}

const MAX_NAMES = 3;

export interface RatesOfService {
  readonly rates: readonly TrafficRate[];
  readonly measured?: MeasuredSources | undefined;
}

/**
 * The senders of one Service. A rate of a zone is divided by CPU over its client nodes that have none, or over all if each has one.
 * `clients`: those of today, as a rate stays with its node while others come and go.
 */
export function measuredSenders(clients: NodeSet, { rates, measured }: RatesOfService): MeasuredSenders {
  const byNode = new Map<string, number>();
  const elsewhere = { sources: [] as string[], perSecond: 0 };
  const addElsewhere = ({ from, perSecond }: TrafficRate) => {
    elsewhere.sources.push(from.name);
    elsewhere.perSecond += perSecond;
  };
  const [ofNodes, ofZones] = [rates.filter(({ from }) => from.kind === 'node'), rates.filter(isOfZone)];
  for (const rate of ofNodes) {
    if (clients.get(rate.from.name)) byNode.set(rate.from.name, rate.perSecond);
    else addElsewhere(rate);
  }
  const own = new Set(byNode.keys());
  for (const rate of ofZones) {
    const all = nodesOfZone(clients, rate.from.name);
    if (all.length === 0) addElsewhere(rate);
    const others = all.filter(({ name }) => !own.has(name));
    divide(rate.perSecond, others.length > 0 ? others : all, byNode);
  }
  if (measured && byNode.size > 0) addIdle(byNode, clients, measured);
  const { by, perSecond, ...weights } = weightsOf(clients, byNode);
  const withoutData = counted(clients.nodes.filter(({ name }) => !byNode.has(name)).map(({ name }) => name));
  return {
    ...weights,
    summary: {
      by,
      perSecond,
      clientNodes: clients.size,
      withoutData,
      elsewhere: { ...counted(elsewhere.sources), perSecond: elsewhere.perSecond },
    },
  };
}

function counted(names: Iterable<string>): CountedNames {
  let count = 0;
  const first: string[] = [];
  for (const name of names) {
    count++;
    if (first.length < MAX_NAMES) first.push(name);
  }
  return { count, first };
}

/** Adds the rate to those of the nodes, in proportion to their CPUs. */
function divide(perSecond: number, nodes: readonly Node[], byNode: Map<string, number>): void {
  const sizeOf = sizes(nodes);
  const total = sum(nodes, sizeOf);
  for (const node of nodes) byNode.set(node.name, (byNode.get(node.name) ?? 0) + (perSecond * sizeOf(node)) / total);
}

function isOfZone({ from }: TrafficRate): boolean {
  return from.kind === 'zone';
}

function nodesOfZone({ groups }: NodeSet, zone: string): readonly Node[] {
  return groups.filter(group => group.zone === zone).flatMap(({ nodes }) => nodes);
}

function addIdle(byNode: Map<string, number>, clients: NodeSet, { nodes, zones }: MeasuredSources): void {
  const ofZones = [...zones].flatMap(zone => nodesOfZone(clients, zone).map(({ name }) => name));
  for (const name of [...nodes, ...ofZones]) if (!byNode.has(name) && clients.get(name)) byNode.set(name, 0);
}

function weightsOf(
  clients: NodeSet,
  byNode: ReadonlyMap<string, number>,
): Pick<SendersSummary, 'by' | 'perSecond'> & Pick<MeasuredSenders, 'weightOf' | 'rateOf'> {
  const measured = clients.nodes.filter(({ name }) => byNode.has(name));
  const rateOf: WeightOf = ({ name }) => byNode.get(name) ?? 0;
  const perSecond = sum(measured, rateOf);
  if (perSecond === 0) return { by: 'cpu', weightOf: clients.byCPU.weightOf, rateOf, perSecond };
  const sizeOf = sizes(measured);
  const perSize = perSecond / sum(measured, sizeOf);
  const weightOf: WeightOf = node => byNode.get(node.name) ?? perSize * sizeOf(node);
  return { by: 'rates', weightOf, rateOf, perSecond };
}

/** By CPU; equal if none of the nodes reports any. */
function sizes(nodes: readonly Node[]): WeightOf {
  return nodes.some(({ milliCPU }) => milliCPU > 0) ? ({ milliCPU }) => milliCPU : () => 1;
}

function sum(nodes: readonly Node[], of: WeightOf): number {
  return nodes.reduce((total, node) => total + of(node), 0);
}
