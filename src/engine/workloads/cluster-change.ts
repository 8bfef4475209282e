import type { Workload } from '../../model/workload.ts';
import type { WorkloadRef } from '../../topology/scenarios/scenario.ts';

type Labels = Readonly<Record<string, string>>;

/** A change of a workload, a Pod or a Node under review. */
export type ClusterChange =
  /** Fewer Pods. `selector`: labels that all its Pods have. */
  | {
      readonly kind: 'scale';
      readonly workload: WorkloadRef;
      readonly replicas: number;
      readonly oldReplicas: number;
      /** The lowest ordinals of a StatefulSet before and after; `null` if they are not stated. */
      readonly ordinals: { readonly before: number; readonly after: number } | null;
      readonly selector: Labels;
    }
  | { readonly kind: 'delete'; readonly workload: WorkloadRef; readonly selector: Labels }
  /** A new template or strategy, with the number of Pods unchanged. */
  | { readonly kind: 'update'; readonly before: Workload; readonly after: Workload }
  | { readonly kind: 'evict'; readonly namespace: string; readonly pod: string }
  /** The drain that a cordon announces. */
  | { readonly kind: 'cordon'; readonly node: string };
