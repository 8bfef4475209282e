import type { WorkloadAdvice } from '../../engine/advice/advice.ts';
import type { FieldEdit } from '../../model/finding.ts';
import { ZONE_LABEL } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import { quoted, shellWord } from './shell.ts';

/** A patch of one object, and the kubectl command that applies it. */
export interface ObjectPatch {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: 'merge' | 'strategic';
  readonly patch: object;
}

type Values = Readonly<Record<string, string | null>>;

/** A JSON merge patch of a Service; `null` removes a field. */
export interface MergePatch {
  readonly metadata?: { readonly annotations: Values };
  readonly spec?: Values;
}

/** The patch that sets these values, without empty parts. */
export function mergePatch({ annotations, spec }: { readonly annotations: Values; readonly spec: Values }): MergePatch {
  return {
    ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }),
    ...(Object.keys(spec).length > 0 && { spec }),
  };
}

/** The JSON merge patch of the edits. */
export function servicePatch({ namespace, name }: Service, edits: readonly FieldEdit[]): ObjectPatch {
  const spec: Record<string, string | null> = {};
  const annotations: Record<string, string | null> = {};
  for (const { path, value } of edits) {
    const [section, field = '', key] = path;
    if (section === 'metadata' && key !== undefined) annotations[key] = value;
    else spec[field] = value;
  }
  return { kind: 'service', namespace, name, type: 'merge', patch: mergePatch({ annotations, spec }) };
}

/** The patches of the workload and its autoscaler. A strategic merge patch adds a constraint to those that are there. */
export function workloadPatches(advice: WorkloadAdvice): readonly ObjectPatch[] {
  const { workload, replicas, autoscaler, addsSpread, oneAtATime, selectorLabels } = advice;
  const { namespace, name } = workload;
  const constraint = {
    topologyKey: ZONE_LABEL,
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    nodeTaintsPolicy: 'Honor',
    labelSelector: { matchLabels: selectorLabels },
    // Each rollout is spread by itself.
    matchLabelKeys: ['pod-template-hash'],
  };
  const spec = {
    ...(autoscaler === null && { replicas }),
    ...(oneAtATime && { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } }),
    ...(addsSpread && { template: { spec: { topologySpreadConstraints: [constraint] } } }),
  };
  const patches: ObjectPatch[] = [];
  if (Object.keys(spec).length > 0) {
    patches.push({ kind: workload.kind.toLowerCase(), namespace, name, type: 'strategic', patch: { spec } });
  }
  if (autoscaler !== null) {
    const minimum = { spec: { minReplicas: replicas } };
    patches.push({ kind: 'horizontalpodautoscaler', namespace, name: autoscaler, type: 'merge', patch: minimum });
  }
  return patches;
}

/** For any POSIX shell. */
export function patchCommand({ kind, namespace, name, type, patch }: ObjectPatch): string {
  return `kubectl patch ${kind} ${shellWord(name)} -n ${shellWord(namespace)} --type=${type} -p ${quoted(JSON.stringify(patch))}`;
}
