import { isDeepStrictEqual } from 'node:util';
import type { ClusterChange } from '../../engine/workloads/cluster-change.ts';
import { sections } from '../../model/api-object.ts';
import type { RawObject } from '../../model/raw.ts';
import { asNumber, asObject, asString, asStrings, isObject } from '../../model/raw.ts';
import type { Workload } from '../../model/workload.ts';
import { projectWorkload } from '../../model/workload-projection.ts';
import type { AdmissionRequest } from '../review.ts';
import { ReviewError } from '../review.ts';
import { labelsOfSelector } from './scale-selector.ts';

const KINDS: Readonly<Record<string, Exclude<Workload['kind'], 'ReplicaSet'>>> = {
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
};

/** The changes of the review that may take endpoints away; none if it cannot. Throws ReviewError if an object is malformed. */
export function readChanges(request: AdmissionRequest): readonly ClusterChange[] {
  const { resource, subResource = '', operation } = request;
  const what = `${operation} ${resource.group}/${resource.resource}/${subResource}`;
  const kind = resource.group === 'apps' ? KINDS[resource.resource] : undefined;
  if (kind && subResource === 'scale' && operation === 'UPDATE') return scaleOf(kind, request);
  if (kind && subResource === '' && operation === 'UPDATE') return updateOf(kind, request);
  if (kind && subResource === '' && operation === 'DELETE') return deletionOf(kind, request);
  if (what === 'CREATE /pods/eviction') return evictionOf(request);
  if (what === 'UPDATE /nodes/') return cordonOf(request);
  return [];
}

function scaleOf(kind: Workload['kind'], request: AdmissionRequest): readonly ClusterChange[] {
  const [object, old] = [requiredObject(request, 'object'), requiredObject(request, 'oldObject')];
  const replicas = replicasOf(object, 'object', 0);
  const oldReplicas = replicasOf(old, 'oldObject', 0);
  if (replicas >= oldReplicas) return [];
  const selector = labelsOfSelector(asString(sections(object).status['selector']));
  return [{ kind: 'scale', workload: { kind, ...nameOf(request) }, replicas, oldReplicas, ordinals: null, selector }];
}

function updateOf(kind: Workload['kind'], request: AdmissionRequest): readonly ClusterChange[] {
  const [object, old] = [requiredObject(request, 'object'), requiredObject(request, 'oldObject')];
  const { metadata, spec } = sections(object);
  // Status, and what the garbage collector removes.
  if (metadata['deletionTimestamp'] || isDeepStrictEqual(spec, sections(old).spec)) return [];
  const [after, before] = [projectWorkload({ ...object, kind }), projectWorkload({ ...old, kind })];
  const changes: ClusterChange[] = [];
  const [replicas, oldReplicas] = [replicasOf(object, 'object', 1), replicasOf(old, 'oldObject', 1)];
  if (kind !== 'DaemonSet' && replicas < oldReplicas) {
    const ordinals =
      kind === 'StatefulSet' ? { before: firstOrdinal(sections(old).spec), after: firstOrdinal(spec) } : null;
    const workload = { kind, ...nameOf(request) };
    changes.push({ kind: 'scale', workload, replicas, oldReplicas, ordinals, selector: before.podLabels });
  }
  // A paused Deployment rolls nothing out.
  return isPartial(spec) || spec['paused'] === true ? changes : [...changes, { kind: 'update', before, after }];
}

function firstOrdinal({ ordinals }: RawObject): number {
  return asNumber(asObject(ordinals)['start']);
}

/** True for a StatefulSet whose rollout leaves some Pods as they are. */
function isPartial({ updateStrategy }: RawObject): boolean {
  return asNumber(asObject(asObject(updateStrategy)['rollingUpdate'])['partition']) > 0;
}

function deletionOf(kind: Workload['kind'], request: AdmissionRequest): readonly ClusterChange[] {
  const old = requiredObject(request, 'oldObject');
  const { propagationPolicy, orphanDependents } = asObject(asObject(request).options);
  // The Pods stay, or the garbage collector deletes an object that is deleted already.
  if (propagationPolicy === 'Orphan' || orphanDependents === true) return [];
  const { metadata } = sections(old);
  if (metadata['deletionTimestamp'] || asStrings(metadata['finalizers']).includes('orphan')) return [];
  const { podLabels } = projectWorkload({ ...old, kind });
  return [{ kind: 'delete', workload: { kind, ...nameOf(request) }, selector: podLabels }];
}

function evictionOf(request: AdmissionRequest): readonly ClusterChange[] {
  const { metadata } = sections(requiredObject(request, 'object'));
  const pod = request.name || asString(metadata['name']);
  const namespace = request.namespace || asString(metadata['namespace']);
  if (pod === '') throw new ReviewError(['request.name must be the name of the Pod']);
  if (namespace === '') throw new ReviewError(['request.namespace must be the namespace of the Pod']);
  return [{ kind: 'evict', namespace, pod }];
}

function cordonOf(request: AdmissionRequest): readonly ClusterChange[] {
  const isUnschedulable = (of: 'object' | 'oldObject') =>
    sections(requiredObject(request, of)).spec['unschedulable'] === true;
  if (!isUnschedulable('object') || isUnschedulable('oldObject')) return [];
  const node = request.name || asString(sections(request.object).metadata['name']);
  if (node === '') throw new ReviewError(['request.name must be the name of the Node']);
  return [{ kind: 'cordon', node }];
}

function nameOf(request: AdmissionRequest): { readonly namespace: string; readonly name: string } {
  const { metadata } = sections(request.oldObject);
  // A deletion of a collection has one review per object, without its name.
  const name = request.name || asString(metadata['name']);
  const namespace = request.namespace || asString(metadata['namespace']);
  if (!name) throw new ReviewError(['request.name must be the name of the workload']);
  if (!namespace) throw new ReviewError(['request.namespace must be the namespace of the workload']);
  return { namespace, name };
}

function requiredObject(request: AdmissionRequest, member: 'object' | 'oldObject'): RawObject {
  const object = request[member];
  if (isObject(object)) return object;
  throw new ReviewError([
    `request.${member} must be an object: this is ${request.operation} of ${request.resource.resource}`,
  ]);
}

/** @param absent what the API means without the field: a Scale leaves out 0 */
function replicasOf(object: RawObject, member: string, absent: number): number {
  const replicas = sections(object).spec['replicas'];
  if (replicas === undefined || replicas === null) return absent;
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0) return replicas;
  throw new ReviewError([`request.${member}.spec.replicas must be a whole number from 0`]);
}
