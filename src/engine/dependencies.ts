import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Policy } from './policy.ts';

/** What Services are judged by. */
export interface JudgedBy {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly policy: Policy;
}

/**
 * What the judgement of one Service rests on, part by part, besides the Service itself, the Nodes, manifests of workloads and
 * the time. A topology hands out the very same object until it changes, so comparing is a handful of pointers, and no
 * change can be missed: this is what the Service is judged by, not what somebody told of it.
 */
export function basisOf(
  { namespace, name }: Pick<Service, 'namespace' | 'name'>,
  { topology, facts, policy }: JudgedBy,
): readonly unknown[] {
  const { kind, serviceTopology, assumed } = facts.dataPlane;
  return [
    topology.slices(namespace, name),
    topology.namespaceLabels(namespace),
    policy,
    facts.version.minor,
    kind,
    serviceTopology,
    assumed,
  ];
}

export function isSameBasis(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.every((part, index) => part === b[index]);
}
