import type { Change } from '../model/change.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { errorMessage } from '../runtime/errors.ts';
import { pendingPlacement, slicesFromPods } from '../topology/pod-slices.ts';
import { portTargetKey } from '../topology/port-listing.ts';
import { changesSelector, withSlices } from '../topology/topology-view.ts';

/** Lists the Pods of a selector. */
export interface PodFinder {
  find(
    namespace: string,
    selector: Readonly<Record<string, string>>,
    request?: { readonly dryRun: boolean },
  ): Promise<FoundPods>;
}

/** The Pods, or the limit that ended the lookup: `reason` for metrics, `why` for users. */
export type FoundPods =
  | { readonly kind: 'pods'; readonly pods: readonly Pod[] }
  | { readonly kind: 'gave-up'; readonly reason?: string; readonly why: string };

export interface ChangeInput {
  readonly change: Change;
  readonly topology: Topology;
}

/** True if the slices list no endpoint, or those of another selector or of a deleted Service. */
export function requiresPods({ change, topology }: ChangeInput): boolean {
  const { service } = change;
  if (service.selector === null) return false;
  if (change.operation === 'CREATE' || changesSelector(change)) return true;
  return topology.slices(service.namespace, service.name).every(slice => slice.endpoints.length === 0);
}

/**
 * The change with the slices that the EndpointSlice controller will make of the current Pods. If the Pods are unavailable
 * or their placement is pending, the endpoints are unknown and topology rules are skipped.
 */
export async function withPendingEndpoints(
  { change, topology }: ChangeInput,
  by: { readonly pods: PodFinder; readonly facts: ClusterFacts; readonly dryRun: boolean },
): Promise<ChangeInput> {
  const { service } = change;
  const found = await by.pods
    .find(service.namespace, service.selector ?? {}, { dryRun: by.dryRun })
    .catch(
      (error: unknown) => ({ kind: 'gave-up', why: `the pods could not be listed: ${errorMessage(error)}` }) as const,
    );
  if (found.kind === 'gave-up') {
    return { topology, change: { ...change, endpointsUnknown: { reason: 'pods-unavailable', why: found.why } } };
  }
  const endpointsUnknown = pendingPlacement(found.pods, by.facts.now);
  const known = endpointsUnknown ? { ...change, endpointsUnknown } : change;
  return {
    change: known,
    topology: withSlices(topology, service, cachedSlices(service, found.pods, { topology, version: by.facts.version })),
  };
}

interface SlicesOfPods {
  readonly key: string;
  readonly nodes: readonly Node[];
  readonly slices: readonly EndpointSlice[];
}

const slicesByPods = new WeakMap<readonly Pod[], SlicesOfPods>();

interface PendingCluster {
  readonly topology: Topology;
  readonly version: KubernetesVersion;
}

/** Returns the same array for the same Pod list, Service and nodes, so values derived from the slices can be cached. */
function cachedSlices(service: Service, pods: readonly Pod[], cluster: PendingCluster): readonly EndpointSlice[] {
  const { namespace, name, ipFamilies, clusterIP, publishNotReadyAddresses, selector, ports } = service;
  const targets = ports.map(portTargetKey);
  const isHeadless = clusterIP === 'None';
  const { topology, version } = cluster;
  const key = JSON.stringify([
    version.minor,
    namespace,
    name,
    ipFamilies,
    isHeadless,
    publishNotReadyAddresses,
    selector,
    targets,
  ]);
  const nodes = topology.nodes();
  const known = slicesByPods.get(pods);
  if (known?.key === key && known.nodes === nodes) return known.slices;
  const slices = slicesFromPods(service, pods, cluster);
  slicesByPods.set(pods, { key, nodes, slices });
  return slices;
}
