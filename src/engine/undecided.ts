import type { ObjectRef } from '../model/finding.ts';

/** Why a rule at level deny could not be evaluated; a label value of zonewise_undecided_total. */
export type UndecidedReason =
  | 'stale-topology'
  | 'no-nodes'
  | 'pods-unavailable'
  | 'pods-pending'
  | 'deadline'
  | 'work-limit'
  | 'too-large'
  | 'unknown-data-plane'
  | 'unknown-version'
  | 'internal-error';

/** Completes "not evaluated because …". */
export const UNDECIDED_BECAUSE: Readonly<Record<UndecidedReason, string>> = {
  'stale-topology': 'the cluster data is out of date',
  'no-nodes': 'no Nodes are known',
  'pods-unavailable': 'its Pods could not be listed',
  'pods-pending': 'its Pods are not scheduled or not started yet',
  deadline: 'the deadline of the review passed',
  'work-limit': 'its ports have too many different sets of endpoints',
  'too-large': 'it is too large',
  'unknown-data-plane': 'the data plane or its routing is not known for certain',
  'unknown-version': 'zonewise does not know this version of Kubernetes',
  'internal-error': 'of an error in zonewise, which its log contains',
};

/** A rule at level deny that could not be evaluated. */
export interface Undecided {
  readonly rule: string;
  readonly object: ObjectRef;
  readonly reason: UndecidedReason;
  /** True if the rule's setting `undecided` rejects the request. */
  readonly refuses: boolean;
}
