import { namespacedName, sections } from './api-object.ts';
import { canonicalIP } from './ip.ts';
import type { Pod } from './pod.ts';
import type { RawObject } from './raw.ts';
import { asList, asNumber, asObject, asString, asStringMap, asTime } from './raw.ts';

/* Projects Pods, as projection.ts does Services, Nodes and EndpointSlices. */

export function projectPod(raw: unknown): Pod {
  const { metadata, spec, status } = sections(raw);
  const controller = asList(metadata['ownerReferences'])
    .map(asObject)
    .find(owner => owner['controller'] === true);
  const conditions = asList(status['conditions']).map(asObject);
  const statusOf = (type: string) => conditions.find(condition => condition['type'] === type)?.['status'];
  const ips = asList(status['podIPs']).map(item => asString(asObject(item)['ip']));
  return {
    ...namespacedName(metadata),
    labels: asStringMap(metadata['labels']),
    nodeName: asString(spec['nodeName']) || null,
    phase: asString(status['phase']),
    ready: statusOf('Ready') === 'True',
    terminating: asTime(metadata['deletionTimestamp']) !== null,
    expectedGoneAt: expectedGoneAt(metadata),
    // Reasons Unschedulable and SchedulingGated.
    unschedulable: statusOf('PodScheduled') === 'False',
    createdAt: asTime(metadata['creationTimestamp']),
    controllerKind: asString(controller?.['kind']),
    ips: (ips.length > 0 ? ips : [asString(status['podIP'])]).filter(ip => ip !== '').map(canonicalIP),
    ports: podPorts(spec),
  };
}

/** The ports of a Pod's containers and of those init containers that keep running. */
export function podPorts(spec: RawObject): Pod['ports'] {
  const sidecars = asList(spec['initContainers']).filter(one => asObject(one)['restartPolicy'] === 'Always');
  return [
    ...portsOf(asList(spec['containers'])),
    ...portsOf(sidecars).map(port => ({ ...port, sidecar: true as const })),
  ];
}

function portsOf(containers: readonly unknown[]): Pod['ports'] {
  return containers
    .flatMap(container => asList(asObject(container)['ports']))
    .map(asObject)
    .map(port => ({
      name: asString(port['name']),
      protocol: asString(port['protocol']) || 'TCP',
      port: asNumber(port['containerPort']),
    }));
}

/** The kubelet needs a moment after the grace period. */
const TERMINATION_MARGIN_MS = 30_000;
/** A longer grace period, which anybody may set, says nothing about the Pod that replaces this one. */
const MAX_GRACE_MS = 300_000;

function expectedGoneAt(metadata: RawObject): number | null {
  const graceEndsAt = asTime(metadata['deletionTimestamp']);
  if (graceEndsAt === null || asList(metadata['finalizers']).length > 0) return null;
  const graceMs = asNumber(metadata['deletionGracePeriodSeconds']) * 1000;
  return graceEndsAt - Math.max(0, graceMs - MAX_GRACE_MS) + TERMINATION_MARGIN_MS;
}
