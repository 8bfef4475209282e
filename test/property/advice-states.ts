import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import type { AdviceInput } from './random-advice.ts';

/** The nodes and slices of a Service today, or in a case that its setting must withstand. */
export interface ClusterState {
  readonly nodes: readonly Node[];
  readonly slices: readonly EndpointSlice[];
  /** Several Pods are lost at the same time, so that the hints of topology-mode Auto depend on their order. */
  readonly several?: true;
  /** By the autoscaler, which then has its mean use again. */
  readonly scaled?: true;
}

/** Today first, then every case: each Pod, node and zone that may be lost, and all sets of Pods that may go together. */
export function allStates({ workload, cluster }: Pick<AdviceInput, 'workload' | 'cluster'>): readonly ClusterState[] {
  const today = todaysState(cluster);
  const { nodes, slices } = today;
  const pods = slices.flatMap(({ endpoints }) => endpoints).filter(({ ready }) => ready === true);
  const leaving = (count: number): readonly ClusterState[] =>
    subsets(pods, count).map(gone => ({
      ...withoutPods(today, new Set(gone.map(({ address }) => address))),
      several: true,
    }));
  const zones = [...new Set(nodes.flatMap(({ zone }) => zone ?? []))];
  const minimum = workload.autoscaler?.minReplicas ?? pods.length;
  const away = podsAway(workload, pods.length);
  return [
    today,
    ...pods.map(({ address }) => withoutPods(today, new Set([address]))),
    ...nodes.map(({ name }) => withoutNodes(today, node => node.name === name)),
    ...zones.map(zone => withoutNodes(today, node => node.zone === zone)),
    ...Array.from({ length: Math.max(0, pods.length - minimum) }, (_, i) => leaving(i + 1))
      .flat()
      .map(state => ({ ...state, scaled: true as const })),
    ...(away > 1 ? leaving(away) : []),
  ].filter(state => clientsIn(state).length > 0);
}

export function todaysState({ topology }: AdviceInput['cluster']): ClusterState {
  return { nodes: topology.nodes(), slices: topology.slices('', '') };
}

/** Without the Pods of these addresses. */
export function withoutPods({ nodes, slices }: ClusterState, addresses: ReadonlySet<string>): ClusterState {
  return { nodes, slices: withoutEndpoints(slices, ({ address }) => addresses.has(address)) };
}

/** The nodes are not ready and have no Pods. */
export function withoutNodes({ nodes, slices }: ClusterState, isDown: (node: Node) => boolean): ClusterState {
  const names = new Set(nodes.filter(isDown).map(({ name }) => name));
  return {
    nodes: nodes.map(node => (isDown(node) ? { ...node, ready: false } : node)),
    slices: withoutEndpoints(slices, ({ nodeName }) => names.has(nodeName ?? '')),
  };
}

function withoutEndpoints(
  slices: readonly EndpointSlice[],
  isGone: (endpoint: Endpoint) => boolean,
): readonly EndpointSlice[] {
  return slices.map(one => ({ ...one, endpoints: one.endpoints.filter(endpoint => !isGone(endpoint)) }));
}

function podsAway({ kind, rollout }: AdviceInput['workload'], pods: number): number {
  if (rollout.kind === 'by-hand') return 0;
  if (rollout.kind === 'all-at-once') return pods;
  const { maxUnavailable: away, maxSurge: surge } = rollout;
  const exact = away.kind === 'count' ? away.count : away.share * pods;
  const count = kind === 'Deployment' ? Math.floor(exact) : Math.ceil(exact);
  const extra = surge.kind === 'count' ? surge.count : Math.ceil(surge.share * pods);
  return count === 0 && extra === 0 ? 1 : Math.min(count, pods);
}

function subsets<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map(rest => [item, ...rest]));
}

/** The nodes that send traffic. */
export function clientsIn({ nodes }: Pick<ClusterState, 'nodes'>): readonly Node[] {
  return nodes.filter(({ ready, taints }) => ready && taints.length === 0);
}
