import type { LabelSelector } from './label-selector.ts';

export interface TopologySpreadConstraint {
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** The Pods that are counted; `null` if the selector cannot be read. */
  readonly selector: LabelSelector | null;
  /** True if nodes whose taints the Pod does not tolerate are not domains. By default they are. */
  readonly honorsTaints: boolean;
}

export interface Toleration {
  /** `''` with the operator Exists: every taint. */
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  /** `''`: every effect. */
  readonly effect: string;
}

/** One requirement of a node affinity. `Gt` and `Lt` compare integers. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A required anti-affinity to Pods of the same namespace. */
export interface AntiAffinityTerm {
  readonly topologyKey: string;
  readonly selector: LabelSelector | null;
}

/** The requirements of a Pod that decide which nodes it may run on. Preferences are left out. */
export interface PodScheduling {
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** The terms of the required node affinity. One of them must hold. `null` without a required node affinity. */
  readonly nodeTerms: readonly (readonly NodeRequirement[])[] | null;
  readonly tolerations: readonly Toleration[];
  readonly antiAffinity: readonly AntiAffinityTerm[];
  /** Requirements that are not evaluated: about other Pods, or of another scheduler. */
  readonly unknown: readonly string[];
}
