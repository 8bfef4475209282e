import { matchesLabels } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { WorkloadRef } from '../../topology/scenarios/scenario.ts';
import { isPodOf } from './pod-names.ts';
import type { PodSelection } from './service-pods.ts';

/** The Services of the namespace that can select the workload's Pods, and the Pods. */
export function podsOfWorkload(workload: WorkloadRef, labels: Readonly<Record<string, string>>): PodSelection {
  return {
    isCandidate: ({ namespace, selector }: Service) =>
      namespace === workload.namespace && selector !== null && matchesLabels(onlyKeysOf(labels, selector), labels),
    isPod: name => isPodOf(workload, name),
  };
}

/** The part of a selector about labels that are known; Pods may have more. */
function onlyKeysOf(
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(selector).filter(([key]) => key in labels));
}
