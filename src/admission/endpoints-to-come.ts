import { messageOf } from '../errors.ts';
import type { Change } from '../model/change.ts';
import type { Pod } from '../model/pod.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import { changesSelector, withSlices } from '../topology/overlay.ts';
import { slicesFromPods } from '../topology/pod-slices.ts';

/** Lists the Pods of a selector, or says which bound kept it from doing so. */
export interface PodFinder {
  find(
    namespace: string,
    selector: Readonly<Record<string, string>>,
  ): Promise<
    { readonly kind: 'pods'; readonly pods: readonly Pod[] } | { readonly kind: 'gave-up'; readonly why: string }
  >;
}

export interface Situation {
  readonly change: Change;
  readonly topology: Topology;
}

/** True where the slices do not speak of this Service's Pods: there are none yet, or they are another Service's. */
export function needsPods({ change, topology }: Situation): boolean {
  const { service } = change;
  if (service.selector === null) return false;
  if (change.operation === 'CREATE' || changesSelector(change)) return true;
  return topology.slices(service.namespace, service.name).every(slice => slice.endpoints.length === 0);
}

/**
 * The change with the slices that the EndpointSlice controller will make of the Pods there are. Where the Pods cannot be
 * had, or a DaemonSet is still placing them, nothing is known of the endpoints, and topology rules stay silent.
 */
export async function withEndpointsToCome(
  { change, topology }: Situation,
  by: { readonly pods: PodFinder; readonly facts: ClusterFacts },
): Promise<Situation> {
  const { service } = change;
  const found = await by.pods
    .find(service.namespace, service.selector ?? {})
    .catch(
      (error: unknown) => ({ kind: 'gave-up', why: `the pods could not be listed: ${messageOf(error)}` }) as const,
    );
  if (found.kind === 'gave-up') return { topology, change: { ...change, endpointsUnknown: found.why } };
  const placing = found.pods.some(pod => isBeingPlaced(pod, by.facts.now));
  const known = placing ? { ...change, endpointsUnknown: 'its Pods are still being placed' } : change;
  return { change: known, topology: withSlices(topology, service, slicesFromPods(service, found.pods, topology)) };
}

const PLACING_MILLIS = 60_000;

/**
 * Pods that are not scheduled yet, or a DaemonSet that has just begun: it reaches all its nodes within moments of its
 * first Pods. Until then a node without an endpoint is no hole.
 */
function isBeingPlaced(pod: Pod, now: number): boolean {
  const young = pod.createdAt !== null && now - pod.createdAt < PLACING_MILLIS;
  return young && !pod.terminating && (pod.controllerKind === 'DaemonSet' || pod.nodeName === null);
}
