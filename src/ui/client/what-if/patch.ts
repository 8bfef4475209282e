import { type Service, TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../../model/service.ts';
import { type MergePatch, mergePatch, patchCommand } from '../../../report/advice/patches.ts';
import { scenarioText } from '../../../report/advice/reasons.ts';
import type { Scenario as ClusterScenario } from '../../../topology/scenarios/scenario.ts';
import { editedService } from './apply.ts';
import type { Scenario } from './scenario.ts';

const SPEC_FIELDS = ['internalTrafficPolicy', 'externalTrafficPolicy', 'trafficDistribution'] as const;
const ANNOTATIONS = [TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION] as const;

/** The patch from the current Service to the scenario; `null` if they are the same. */
export function mergePatchFor(service: Service, scenario: Scenario): MergePatch | null {
  const after = editedService(service, scenario);
  const spec: Record<string, string | null> = {};
  for (const field of SPEC_FIELDS) {
    if (scenario.fields[field] !== undefined && after[field] !== service[field]) spec[field] = after[field];
  }
  const annotations: Record<string, string | null> = {};
  for (const key of ANNOTATIONS) {
    if (after.annotations[key] !== service.annotations[key]) annotations[key] = after.annotations[key] ?? null;
  }
  const patch = mergePatch({ annotations, spec });
  return Object.keys(patch).length > 0 ? patch : null;
}

/** The kubectl command that applies it. */
export function servicePatchCommand({ namespace, name }: Service, patch: MergePatch): string {
  return patchCommand({ kind: 'service', namespace, name, type: 'merge', patch });
}

/** The changes of the scenario that no field of the Service can make. */
export function changesOutsidePatch({ dataPlane, minor, cluster }: Scenario): readonly string[] {
  const lines: string[] = [];
  if (dataPlane !== null) lines.push(`the data plane ${dataPlane}: a property of the cluster`);
  if (minor !== null) lines.push(`Kubernetes 1.${minor}: an upgrade or downgrade of the API server and of all nodes`);
  for (const one of cluster) {
    const means = MEANS[one.kind];
    if (means !== undefined) lines.push(`${scenarioText(one)}: ${means}`);
  }
  return lines;
}

/** How to do what a user can do. */
const MEANS: Readonly<Partial<Record<ClusterScenario['kind'], string>>> = {
  scale: 'kubectl scale, or the bounds of its autoscaler',
  drain: 'kubectl drain',
  'node-added': 'a change of the cluster',
};
