import type { Change } from '../model/change.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Rule } from '../rules/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import type { EvaluationCache } from './evaluation-cache.ts';
import { appliesToSource } from './needs.ts';
import type { Policy } from './policy.ts';

/** The inputs of evaluations of existing Services. */
export interface ClusterView {
  readonly rules: readonly Rule[];
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  /** Shared by the Services of one pass. */
  readonly cache?: EvaluationCache;
}

/** Evaluates an existing Service: no finding is introduced, hints are those observed on the slices. Never throws. */
export function evaluateExisting(service: Service, view: ClusterView): Evaluation {
  return evaluate({ ...view, change: existingAsChange(service) });
}

/** True if any rule that applies to the Service reads Nodes, directly or through values derived from slices. */
export function dependsOnNodes(service: Service, rules: readonly Rule[]): boolean {
  const change = existingAsChange(service);
  return rules.some(
    ({ needs, appliesTo }) =>
      (needs.includes('nodes') || needs.includes('slices') || needs.includes('endpoints')) &&
      appliesToSource(needs, change.source) &&
      appliesTo(service, change),
  );
}

function existingAsChange(service: Service): Change {
  return { operation: 'UPDATE', source: 'cluster', service, old: null, violations: [] };
}
