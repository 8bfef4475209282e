import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Policy } from './policy.ts';

/** The sources of all inputs of an evaluation besides the Service. */
export interface EvaluationSources {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
}

/**
 * The dependencies of one Service's evaluation, besides the Service, the Nodes, manifests of workloads and the time. A
 * topology returns the same object until it changes, so comparing identities is cheap and misses no change.
 */
export function dependenciesOf(
  { namespace, name }: Pick<Service, 'namespace' | 'name'>,
  { topology, facts, policy }: EvaluationSources,
): readonly unknown[] {
  return [
    topology.slices(namespace, name),
    topology.namespaceLabels(namespace),
    policy,
    facts.version.minor,
    facts.dataPlanes,
  ];
}

export function sameDependencies(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.every((part, index) => part === b[index]);
}
