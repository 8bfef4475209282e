import type { Evaluation } from '../../engine/evaluation.ts';
import { NOTHING_FOUND } from '../../engine/evaluation.ts';
import type { EvaluationCache } from '../../engine/evaluation-cache.ts';
import type { ClusterChange } from '../../engine/workloads/cluster-change.ts';
import { evaluateChanges } from '../../engine/workloads/evaluate-change.ts';
import type { TimeSlicer } from '../../runtime/time-slice.ts';
import { MAX_STEPS, WorkBudget } from '../../topology/work-budget.ts';
import type { ReviewEnvironment } from '../admit.ts';
import type { Deadline } from '../deadline.ts';
import type { ReceivedReview } from '../review.ts';
import { readChanges } from './read-change.ts';

export interface WorkloadEnvironment extends Omit<ReviewEnvironment, 'pods'> {
  /** Whether a rule at level deny rejects the change; otherwise it warns. */
  denies(): boolean;
  /** Lets reviews of Services run in between. */
  readonly slicer: TimeSlicer;
  /** Not that of the reviews of Services: a cordon evaluates other nodes. */
  readonly cache: EvaluationCache;
}

export type WorkloadOutcome =
  | { readonly kind: 'evaluated' | 'too-late'; readonly evaluation: Evaluation }
  /** It takes no endpoint away, or is too large to be read in full. */
  | { readonly kind: 'passed-over' };

/**
 * Evaluates a change of a workload, a Pod or a Node. After the deadline, what was found so far counts. Throws ReviewError for a
 * malformed object; any other error is one of the evaluation's failures.
 */
export async function admitChange(
  request: ReceivedReview,
  environment: WorkloadEnvironment,
  deadline: Deadline,
): Promise<WorkloadOutcome> {
  if (request.isCut) return { kind: 'passed-over' };
  const changes = readChanges(request);
  if (changes.length === 0) return { kind: 'passed-over' };
  try {
    return await evaluateInTime(changes, environment, deadline);
  } catch (error) {
    return { kind: 'evaluated', evaluation: { ...NOTHING_FOUND, failures: [{ rule: 'validate-workloads', error }] } };
  }
}

async function evaluateInTime(
  changes: readonly ClusterChange[],
  { rules, topology, facts, policy, cache, denies, slicer }: WorkloadEnvironment,
  deadline: Deadline,
): Promise<WorkloadOutcome> {
  let evaluation = NOTHING_FOUND;
  const budget = () => new WorkBudget(MAX_STEPS, () => deadline.expired);
  const view = { rules, topology: topology(), facts: facts(), policy: policy(), cache, budget, denies: denies() };
  const steps = evaluateChanges(changes, view);
  for (;;) {
    if (deadline.expired) return { kind: 'too-late', evaluation };
    if (slicer.expired) await slicer.yieldToEventLoop();
    const step = steps.next();
    evaluation = step.value;
    if (step.done) return { kind: 'evaluated', evaluation };
  }
}
