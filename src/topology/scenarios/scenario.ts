import type { Topology } from '../../model/topology.ts';
import type { PodCount, Workload } from '../../model/workload.ts';

export type WorkloadRef = Pick<Workload, 'kind' | 'namespace' | 'name'>;

/** A change of a cluster. Several are applied together. */
export type Scenario =
  /** The endpoints with this address are lost and not replaced yet. */
  | { readonly kind: 'pod-lost'; readonly address: string }
  /** The node is not ready. Its Pods are lost and not replaced yet, as Kubernetes waits five minutes by default. */
  | { readonly kind: 'node-down'; readonly node: string }
  | { readonly kind: 'zone-down'; readonly zone: string }
  /** The node is cordoned, and its Pods are evicted and placed again. Those of DaemonSets stay. */
  | { readonly kind: 'drain'; readonly node: string }
  /** `minimum` and `maximum` of the autoscaler. `staying`: addresses of the Pods that remain, `null` if they are not stated. */
  | {
      readonly kind: 'scale';
      readonly workload: WorkloadRef;
      readonly replicas: number | 'minimum' | 'maximum';
      readonly staying: readonly string[] | null;
    }
  /** The moment at which as many Pods as the strategy allows are unavailable. `away`: their addresses, `null` if not stated. */
  | { readonly kind: 'rollout'; readonly workload: WorkloadRef; readonly away: readonly string[] | null }
  /** A new node with the zone, labels, taints and CPU of this one. */
  | { readonly kind: 'node-added'; readonly like: string };

const TEMPORARY: ReadonlySet<Scenario['kind']> = new Set(['pod-lost', 'node-down', 'zone-down', 'drain', 'rollout']);

/** Whether the scenario ends by itself or is mended soon, so that it does not last for a month. */
export function isTemporary({ kind }: Scenario): boolean {
  return TEMPORARY.has(kind);
}

/** The assumptions of a scenario about one Service, and what is unknown. One sentence each. */
export interface ScenarioNotes {
  readonly assumed: readonly string[];
  readonly unknown: readonly string[];
}

export const NO_NOTES: ScenarioNotes = { assumed: [], unknown: [] };

export function workloadText({ kind, name }: WorkloadRef): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** As kubectl names and abbreviates them. */
const KINDS: ReadonlyMap<string, WorkloadRef['kind']> = new Map([
  ['deploy', 'Deployment'],
  ['deployment', 'Deployment'],
  ['deployments', 'Deployment'],
  ['sts', 'StatefulSet'],
  ['statefulset', 'StatefulSet'],
  ['statefulsets', 'StatefulSet'],
  ['ds', 'DaemonSet'],
  ['daemonset', 'DaemonSet'],
  ['daemonsets', 'DaemonSet'],
  ['rs', 'ReplicaSet'],
  ['replicaset', 'ReplicaSet'],
  ['replicasets', 'ReplicaSet'],
]);

/** The kind that kubectl means by this text; `null` for any other text. */
export function workloadKindOf(text: string): WorkloadRef['kind'] | null {
  return KINDS.get(text.toLowerCase()) ?? null;
}

export function findWorkload(topology: Topology, { kind, namespace, name }: WorkloadRef): Workload | undefined {
  return topology.workloads(namespace).find(workload => workload.kind === kind && workload.name === name);
}

/** The number of Pods that a scale asks for; `null` for a bound of an autoscaler that is not there. */
export function replicasOf(replicas: number | 'minimum' | 'maximum', { autoscaler }: Workload): number | null {
  if (typeof replicas === 'number') return replicas;
  return (replicas === 'minimum' ? autoscaler?.minReplicas : autoscaler?.maxReplicas) ?? null;
}

/**
 * How many of these Pods a rollout may remove at the same time. Deployments round a share down, but at least one Pod moves
 * (pkg/controller/deployment/util ResolveFenceposts, v1.37.1); DaemonSets and StatefulSets round it up.
 */
export function unavailableInRollout({ kind, rollout }: Workload, pods: number): number {
  if (rollout.kind === 'by-hand') return 0;
  if (rollout.kind === 'all-at-once') return pods;
  const { maxUnavailable, maxSurge } = rollout;
  const round = kind === 'Deployment' ? Math.floor : Math.ceil;
  const away = numberOf(maxUnavailable, pods, round);
  const surge = numberOf(maxSurge, pods, Math.ceil);
  return Math.min(pods, away === 0 && surge === 0 ? 1 : away);
}

/** The most Pods that a workload has, also in a rollout. */
export function mostPods({ kind, replicas, autoscaler, rollout }: Workload): number {
  const most = autoscaler ? Math.max(autoscaler.maxReplicas, replicas) : replicas;
  if (kind !== 'Deployment') return most;
  return most + numberOf(rollout.maxSurge, most, Math.ceil);
}

function numberOf(limit: PodCount, pods: number, round: (share: number) => number): number {
  return limit.kind === 'count' ? limit.count : round(limit.share * pods);
}
