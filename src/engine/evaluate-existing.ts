import type { Change } from '../model/change.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Rule } from '../rules/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import type { EvaluationCache } from './evaluation-cache.ts';
import type { Policy } from './policy.ts';

/** What Services are judged by as they stand. */
export interface StandingView {
  readonly rules: readonly Rule[];
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  /** Shared by the Services that are judged one after another. */
  readonly cache?: EvaluationCache;
}

/** A Service as it stands in its cluster: findings are standing ones, hints are those on the slices. Never throws. */
export function judgeStanding(service: Service, view: StandingView): Evaluation {
  return evaluate({ ...view, change: standing(service) });
}

/** Whether any rule that may speak of the Service looks at Nodes, by itself or through what it derives from slices. */
export function readsNodes(service: Service, rules: readonly Rule[]): boolean {
  const change = standing(service);
  return rules.some(
    ({ needs, appliesTo }) =>
      (needs.includes('nodes') || needs.includes('slices') || needs.includes('endpoints')) &&
      appliesTo(service, change),
  );
}

function standing(service: Service): Change {
  return { operation: 'UPDATE', source: 'cluster', service, old: null, violations: [] };
}
