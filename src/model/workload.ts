import type { ContainerPort } from './pod.ts';
import type { PodScheduling, TopologySpreadConstraint } from './pod-scheduling.ts';

/** How many Pods a rollout may remove at the same time: a number, or a part of all Pods. */
export type PodCount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number };

export interface Rollout {
  /** `all-at-once`: every old Pod goes before a new one comes. `by-hand`: Pods change only when a user deletes them. */
  readonly kind: 'rolling' | 'all-at-once' | 'by-hand';
  readonly maxUnavailable: PodCount;
  readonly maxSurge: PodCount;
}

/** A HorizontalPodAutoscaler of a workload. */
export interface Autoscaler {
  readonly name: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Target of the CPU use as a share of the request; `null` if it scales by other metrics only. */
  readonly cpuUtilization: number | null;
}

/** A controller of Pods, as found in the manifests next to the Service. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';
  readonly namespace: string;
  readonly name: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** `matchLabels` of its selector. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly podPorts: readonly ContainerPort[];
  readonly replicas: number;
  readonly spread: readonly TopologySpreadConstraint[];
  /** Topology keys of the Pod's anti-affinity terms, required and preferred. */
  readonly antiAffinityKeys: readonly string[];
  readonly scheduling: PodScheduling;
  readonly rollout: Rollout;
  /** CPU of all containers in thousandths of a core; `null` if a container does not state it. */
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  /** Kind of the controller that owns it, such as Deployment or the Rollout of Argo Rollouts; `null` without one. */
  readonly ownerKind: string | null;
  /** `null` if the manifests have none for it. */
  readonly autoscaler: Autoscaler | null;
}
