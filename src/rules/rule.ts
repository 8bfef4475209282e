import type { Change } from '../model/change.ts';
import type { Fix, Level, NameList } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import type { DataPlane } from '../model/topology.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { Workload } from '../model/workload.ts';
import type { Prospect } from '../topology/endpoint-prediction.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortReach } from '../topology/port-routing.ts';

/**
 * What must be known before a rule can speak. The engine checks it; an unmet need is reported as "skipped: why", except
 * `manifest` and `cluster`, which say what kind of Service the rule is about.
 * - `nodes`: at least one Node
 * - `slices`: EndpointSlices of the Service, be they empty
 * - `endpoints`: at least one endpoint of the Service, or one to come
 * - `workloads`: manifests of what makes the Pods
 * - `manifest`: the Service comes from a file, not through the API server
 * - `cluster`: the Service is judged as it stands in its cluster (audit), with the hints that are on its slices
 * - `dataplane: known`: anything whose path can be modelled; `dataplane: obeys hints`: one that reads EndpointSlice hints
 * - `kubernetes known`: a version that this zonewise knows; `kubernetes>=1.N`: the cluster's version
 */
export type Need =
  | 'nodes'
  | 'slices'
  | 'endpoints'
  | 'workloads'
  | 'manifest'
  | 'cluster'
  | 'dataplane: known'
  | 'dataplane: obeys hints'
  | 'kubernetes known'
  | `kubernetes>=1.${number}`;

/** What a rule may read. Everything is computed on first use and shared by all rules of one review. */
export interface RuleContext {
  readonly change: Change;
  readonly service: Service;
  readonly version: KubernetesVersion;
  readonly dataPlane: DataPlane;
  /** The rule's own numbers from the configuration, by name. */
  readonly options: Readonly<Record<string, number>>;
  /** All Nodes. Needs `nodes`. */
  nodes(): NodeSet;
  /** Nodes whose Pods are clients of this Service. Needs `nodes`. */
  clients(): NodeSet;
  /** EndpointSlices as they will be after the change; in an audit as they are. Needs `slices` or `endpoints`. */
  prospect(): Prospect;
  /** Who reaches what after the change. Needs `slices` or `endpoints`. */
  reach(): readonly PortReach[];
  /** The same once a rollout under way has come to its end. Needs `endpoints`. */
  settled(): Settled;
  /** Workloads whose Pods the Service selects. Needs `workloads`. */
  workloads(): readonly Workload[];
}

/** The Service with every starting endpoint ready and every leaving one gone, and the hints the controller will write then. */
export interface Settled extends Prospect {
  readonly reach: readonly PortReach[];
}

/** Puts names and values into messages, as many as the message can hold. */
export interface Wording {
  /** ` (n4, n7 and 3 more)`, or nothing where names are not to be shown. */
  list(names: NameList): string;
  /** A value as the author wrote it, quoted, on one line, cut to a sensible length. */
  value(text: string): string;
}

/** A statement before levels, exemptions and limits are applied. */
export interface Draft {
  /** What, where, the consequence, the remedy. `fix` is the first of `fixes` that survived simulation. */
  message(say: Wording, fix: Fix | null): string;
  /** Said instead on an UPDATE that brought it about. */
  messageOnChange?(say: Wording, fix: Fix | null): string;
  readonly path: string;
  readonly nodes?: NameList;
  readonly zones?: readonly string[];
  /** Remedies that edit the Service, best first. */
  readonly fixes?: readonly Fix[];
  /** A milder level than the configured one, where the case is milder. */
  readonly atMost?: Level;
}

/** One rule: what it looks for, what it says, and its documentation, in one file. */
export interface Rule {
  /** Kebab-case, reads as a statement. */
  readonly id: string;
  readonly level: Level;
  readonly needs: readonly Need[];
  /** One line, no full stop. */
  readonly summary: string;
  readonly why: string;
  readonly fix: string;
  /** A manifest that fires it. */
  readonly example: string;
  /** Upstream source that decides, pinned. */
  readonly source: string;
  /** Rules that say the same with more certainty: where one of them speaks, this one is silent. */
  readonly supersededBy?: readonly string[];
  /** Rules that know better: where one of them could judge, whatever it found, this one is silent. */
  readonly yieldsTo?: readonly string[];
  /**
   * True where an UPDATE should look at the Pods before it speaks: in a rollout a Pod is gone from its slice before the next
   * one has an address.
   */
  readonly confirmedByPods?: boolean;
  /** True where a Service cannot opt out of the rule. */
  readonly alwaysHeard?: boolean;
  /** Numbers that the configuration may change, with their defaults. */
  readonly options?: Readonly<Record<string, number>>;
  /** False where the rule has nothing to say whatever the cluster looks like; then it is not reported as skipped either. */
  appliesTo(service: Service, change: Change): boolean;
  check(ctx: RuleContext): Iterable<Draft>;
}
