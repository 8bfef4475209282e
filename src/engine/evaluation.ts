import type { Finding, ObjectRef } from '../model/finding.ts';
import type { Need } from '../rules/rule.ts';
import type { Undecided } from './undecided.ts';

export interface Evaluation {
  /** Introduced findings first, then by level, then in rule order. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Of a review: rules at level deny that could not be evaluated. They are among those skipped too. */
  readonly undecided: readonly Undecided[];
  /** Rules that threw: faults of zonewise, not of the Service. */
  readonly failures: readonly { readonly rule: string; readonly error: unknown }[];
  /** Why some rules did not run to their end; `null` after a complete evaluation. */
  readonly incomplete: string | null;
  /** The data planes that it was evaluated for, in one line; absent if only rules ran that read the Service alone. */
  readonly dataPlanes?: string;
}

export const NOTHING_FOUND: Evaluation = {
  findings: [],
  skipped: [],
  undecided: [],
  failures: [],
  incomplete: null,
};

/** Why rules report nothing about traffic that `explain` shows as lost, or hints that it shows as ignored. A contract. */
export type QuietReason =
  | 'no-endpoints'
  | 'no-ready-endpoints'
  | 'only-draining-endpoints'
  | 'endpoints-starting'
  | 'no-balancer-target-with-endpoints'
  | 'balancer-bypasses-nodes'
  | 'address-listed-twice'
  | 'value-not-supported'
  | 'hints-of-other-controllers'
  | 'one-client-node'
  | 'terminating-endpoints-published';

/** A rule that could not run, or that reports nothing although traffic is lost. */
export interface Skipped {
  readonly rule: string;
  readonly object: ObjectRef;
  /** The unmet need; `null` if the Service opted out, the rule threw or the work limit was reached. */
  readonly need: Need | null;
  /** The reason as text. */
  readonly why: string;
  /** Set if the rule ran, and says nothing about traffic that is lost. */
  readonly reason?: QuietReason;
}
