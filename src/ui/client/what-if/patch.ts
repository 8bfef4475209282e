import { pluralForm } from '../../../model/plural.ts';
import { type Service, TOPOLOGY_AWARE_HINTS_ANNOTATION, TOPOLOGY_MODE_ANNOTATION } from '../../../model/service.ts';
import { type MergePatch, mergePatch, patchCommand } from '../../../report/advice/patches.ts';
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
export function changesOutsidePatch({ dataPlane, minor, endpoints, drained }: Scenario): readonly string[] {
  const lines: string[] = [];
  if (dataPlane !== null) lines.push(`the data plane ${dataPlane}: a property of the cluster`);
  if (minor !== null) lines.push(`Kubernetes 1.${minor}: an upgrade or downgrade of the API server and of all nodes`);
  for (const [zone, by] of Object.entries(endpoints)) {
    const where = zone === '' ? 'on nodes without a zone' : `in ${zone}`;
    lines.push(
      `${Math.abs(by)} ${by > 0 ? 'more' : 'fewer'} ready ${pluralForm(Math.abs(by), 'endpoint', 'endpoints')} ${where}: the workload’s replicas and their spread`,
    );
  }
  for (const node of drained)
    lines.push(`${node} drained: kubectl drain; where its Pods are rescheduled is not predicted`);
  return lines;
}
