import type { Change } from '../model/change.ts';
import type { DataPlane } from '../model/data-plane.ts';
import type { Fix, Level, NameList } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { Workload } from '../model/workload.ts';
import type { PredictedSlices } from '../topology/endpoint-prediction.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortRouting } from '../topology/port-routing.ts';

/**
 * A precondition of a rule. The engine reports an unmet need as "skipped: why", except for `manifest`, `cluster` and
 * `workload change`, which select the Services that the rule covers.
 * - `nodes`: at least one Node
 * - `slices`: EndpointSlices of the Service, even without endpoints
 * - `endpoints`: at least one endpoint of the Service, which may be pending
 * - `workloads`: manifests of the workloads that create the Pods
 * - `manifest`: the Service comes from a file, not through the API server
 * - `cluster`: an existing Service is evaluated (audit), with the hints observed on its slices
 * - `workload change`: a workload or a Node changes, and with it the endpoints of an existing Service
 * - `dataplane: known`: one whose routing can be modelled; `dataplane: obeys hints`: one that reads EndpointSlice hints
 * - `kubernetes known`: a version that zonewise knows; `kubernetes>=1.N`: the cluster's version
 */
export type Need =
  | 'nodes'
  | 'slices'
  | 'endpoints'
  | 'workloads'
  | 'manifest'
  | 'cluster'
  | 'workload change'
  | 'dataplane: known'
  | 'dataplane: obeys hints'
  | 'kubernetes known'
  | `kubernetes>=1.${number}`;

/** The inputs of a rule. Each is computed on first use and shared by all rules of one evaluation. */
export interface RuleContext {
  readonly change: Change;
  readonly service: Service;
  readonly version: KubernetesVersion;
  /** The data planes of the cluster. */
  readonly dataPlanes: readonly DataPlane[];
  dataPlaneOf(node: Node): DataPlane;
  /** Why the exemption in the annotations is invalid; `null` if it is valid or there is none. */
  readonly invalidExemption: string | null;
  /** The rule's options from the configuration, by name. */
  readonly options: Readonly<Record<string, number>>;
  /** All Nodes. Needs `nodes`. */
  nodes(): NodeSet;
  /** Nodes whose Pods are clients of this Service. Needs `nodes`. */
  clientNodes(): NodeSet;
  /** EndpointSlices as predicted after the change; in an audit as observed. Needs `slices` or `endpoints`. */
  predicted(): PredictedSlices;
  /** The routes of every port after the change. Needs `slices` or `endpoints`. */
  routing(): readonly PortRouting[];
  /** Slices and routes when a rollout in progress has finished. Needs `endpoints`. */
  afterRollout(): AfterRollout;
  /** Workloads whose Pods the Service selects. Needs `workloads`. */
  workloads(): readonly Workload[];
  /** The container ports of these workloads; none without manifests of workloads. Needs nothing. */
  portsOfWorkloads(): readonly Workload['podPorts'][];
}

/** Slices with every starting endpoint ready, every terminating one removed, and the hints the controller writes then. */
export interface AfterRollout extends PredictedSlices {
  readonly routing: readonly PortRouting[];
}

/** Formats names and values for messages, within the length that a message may have. */
export interface MessageFormatter {
  /** ` (n4, n7 and 3 more)`, or the empty string if names are not shown. */
  list(names: NameList): string;
  /** An author's value, quoted, on one line and truncated. */
  value(text: string): string;
}

/** The part of a finding that a change of workloads or Nodes causes. */
export interface Loss {
  /** The subject of the sentence: `scaling deployment/web to 1`. */
  readonly cause: string;
  /** Without those that had the finding before. */
  readonly nodes: NameList;
  readonly zones: readonly string[];
  /** True if it may be more of them. */
  readonly isLowerBound: boolean;
}

/** A finding before levels, exemptions and limits are applied. */
export interface Draft {
  /** What, where, the consequence and the fix. `fix` is the first of `fixes` that is safe in the simulation. */
  message(fmt: MessageFormatter, fix: Fix | null): string;
  /** Used instead of `message` on an UPDATE that introduces the finding. */
  messageOnChange?(fmt: MessageFormatter, fix: Fix | null): string;
  /** Used instead if a change of workloads or Nodes introduces the finding. */
  messageOnLoss?(fmt: MessageFormatter, loss: Loss): string;
  readonly path: string;
  readonly nodes?: NameList;
  readonly zones?: readonly string[];
  /** Edits of the Service that remove the finding, best first. */
  readonly fixes?: readonly Fix[];
  /** Upper bound of the level in a milder case. */
  readonly maxLevel?: Level;
}

/** One rule with its check, its messages and its documentation, in one file. */
export interface Rule {
  /** Kebab-case, reads as a statement. */
  readonly id: string;
  readonly level: Level;
  /** The level for a change of workloads or Nodes that introduces the finding, if it is another. */
  readonly levelOnLoss?: Level;
  readonly needs: readonly Need[];
  /** One line, no full stop. */
  readonly summary: string;
  readonly why: string;
  readonly fix: string;
  /** A manifest that fires it. */
  readonly example: string;
  /** Upstream source that defines the behaviour, pinned. */
  readonly source: string;
  /** Rules that report the same with more certainty. If one of them has a finding, findings of this rule are dropped. */
  readonly supersededBy?: readonly string[];
  /** Rules with more information. If one of them was evaluated, with any result, findings of this rule are dropped. */
  readonly supersededIfEvaluated?: readonly string[];
  /**
   * True if a finding on an UPDATE must be verified against the Pods: in a rollout a Pod leaves its slice before the next one
   * has an address.
   */
  readonly verifyAgainstPods?: boolean;
  /** True if a Service cannot opt out of the rule. */
  readonly cannotBeIgnored?: boolean;
  /** Numbers that the configuration may change, with their defaults. */
  readonly options?: Readonly<Record<string, number>>;
  /** False if the rule cannot have a finding on any cluster; it is then not reported as skipped either. */
  appliesTo(service: Service, change: Change): boolean;
  check(ctx: RuleContext): Iterable<Draft>;
}
