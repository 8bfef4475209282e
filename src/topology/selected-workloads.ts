import { matchesLabels } from '../model/selector.ts';
import type { Service } from '../model/service.ts';
import type { Topology } from '../model/topology.ts';
import type { Workload } from '../model/workload.ts';

/** The workloads whose Pods a Service selects; none without a selector. */
export function selectedWorkloads(
  { selector, namespace }: Service,
  topology: Pick<Topology, 'workloads'>,
): readonly Workload[] {
  if (selector === null) return [];
  return topology.workloads(namespace).filter(({ podLabels }) => matchesLabels(selector, podLabels));
}
