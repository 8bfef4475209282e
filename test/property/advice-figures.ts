import type { NodeExplanation, PortExplanation } from '../../src/topology/explain.ts';
import { type ClusterState, clientsIn } from './advice-states.ts';
import type { SenderWeights } from './sender-weights.ts';

/** The routes of a port on all nodes: the part of `explain` that kube-proxy's own code answers too. */
export interface ExplainedPort extends Pick<PortExplanation, 'port'> {
  readonly nodes: readonly ExplainedNode[];
}

export interface ExplainedNode extends Pick<NodeExplanation, 'node' | 'cluster' | 'local'> {
  readonly internal: Pick<NodeExplanation['internal'], 'verdict' | 'endpoints'>;
}

export interface PortFigures {
  readonly lost: number;
  /** True if some client loses what it sends, also if that is nothing. */
  readonly isLossy: boolean;
  readonly inZone: number;
  readonly onNode: number;
  /** Share of the busiest endpoint over the mean of the ready ones; 0 if none gets traffic. */
  readonly busiest: number;
  readonly ready: number;
  readonly isKnown: boolean;
}

/** The figures of one port, summed over the nodes one by one. Ports with the same endpoints count once in `explain`. */
export function figuresOf({ nodes }: ExplainedPort, state: ClusterState, weightsIn: SenderWeights): PortFigures {
  const clients = clientsIn(state);
  const weights = weightsIn(clients);
  const zoneOf = new Map(
    state.slices.flatMap(({ endpoints }) => endpoints.map(({ address, zone }) => [address, zone] as const)),
  );
  const nodeOf = new Map(
    state.slices.flatMap(({ endpoints }) => endpoints.map(({ address, nodeName }) => [address, nodeName] as const)),
  );
  const load = new Map<string, number>();
  let [lost, isLossy, inZone, onNode, isKnown] = [0, false, 0, 0, true];
  for (const client of clients) {
    const weight = weights.get(client.name) ?? 0;
    const internal = nodes.find(({ node }) => node === client.name)?.internal;
    if (!internal || internal.verdict === 'unknown') isKnown = false;
    if (internal?.verdict === 'drop' || internal?.verdict === 'reject') {
      lost += weight;
      isLossy = true;
    }
    for (const name of internal?.endpoints ?? []) {
      const part = weight / (internal?.endpoints.length ?? 1);
      const address = name.slice(0, name.lastIndexOf(':'));
      load.set(address, (load.get(address) ?? 0) + part);
      const isOnNode = nodeOf.get(address) === client.name;
      const zone = zoneOf.get(address) ?? null;
      if (isOnNode) onNode += part;
      if (zone === null ? isOnNode && client.zone === null : zone === client.zone) inZone += part;
    }
  }
  const ready = readyIn({ nodes }, state);
  const carried = [...load.values()].reduce((sum, share) => sum + share, 0);
  const busiest = carried > 0 ? (Math.max(...load.values()) / carried) * ready : 0;
  return { lost, isLossy, inZone, onNode, busiest, ready, isKnown };
}

/** The ready endpoints that some node uses. */
function readyIn({ nodes }: Pick<ExplainedPort, 'nodes'>, { slices }: ClusterState): number {
  const reachable = new Set(nodes.flatMap(({ cluster, local }) => [...(cluster ?? []), ...(local ?? [])]));
  const ready = slices.flatMap(({ endpoints }) => endpoints).filter(one => one.ready === true);
  return ready.filter(({ address }) => [...reachable].some(name => name.startsWith(`${address}:`))).length;
}

/** The ports that have ready endpoints, and how many. */
export function readyEndpoints(ports: readonly ExplainedPort[], state: ClusterState): ReadonlyMap<string, number> {
  return new Map(
    ports.flatMap(port => {
      const ready = readyIn(port, state);
      return ready > 0 ? [[port.port, ready] as const] : [];
    }),
  );
}

export interface ServiceFigures extends Pick<PortFigures, 'lost' | 'isLossy' | 'inZone' | 'busiest' | 'isKnown'> {
  /** As `busiest`, over the mean of today's endpoints unless the autoscaler took the others away. */
  readonly busiestOfToday: number;
}

export interface FiguresInput {
  readonly state: ClusterState;
  readonly weightsIn: SenderWeights;
  readonly readyToday: ReadonlyMap<string, number>;
}

/** The figures of all ports that have ready endpoints today: the worst, for the share in its zone the mean. */
export function figuresIn(
  ports: readonly ExplainedPort[],
  { state, weightsIn, readyToday }: FiguresInput,
): ServiceFigures {
  const shown = ports.filter(({ port }) => readyToday.has(port));
  const figures = shown.map(port => ({ ...figuresOf(port, state, weightsIn), today: readyToday.get(port.port) ?? 0 }));
  const ofToday = figures.map(({ busiest, ready, today }) =>
    state.scaled || ready === 0 ? busiest : (busiest / ready) * today,
  );
  return {
    lost: Math.max(...figures.map(({ lost }) => lost)),
    isLossy: figures.some(({ isLossy }) => isLossy),
    busiest: Math.max(...figures.map(({ busiest }) => busiest)),
    busiestOfToday: Math.max(...ofToday),
    inZone: mean(figures, ({ inZone }) => inZone),
    isKnown: figures.every(({ isKnown }) => isKnown),
  };
}

export function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
