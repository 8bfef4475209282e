import type { DataPlane } from '../model/data-plane.ts';
import type { Service } from '../model/service.ts';
import {
  isExternallyAccessible,
  isLocalThroughout,
  isProxied,
  isTopologyModeAuto,
  topologyModeKey,
} from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { hintsHeuristic } from '../topology/hints.ts';

/** The locality that a Service requests and its cluster's version supports. */
export interface Locality {
  readonly kind: 'auto' | 'same-zone' | 'same-node';
  /** As messages name it: `topology-mode Auto`, `trafficDistribution PreferSameZone`. */
  readonly label: string;
  /** The field or annotation that requests it. */
  readonly path: string;
}

/**
 * `null` if the version does not know the value, if kube-proxy does not handle the Service, or if Local policies leave
 * nothing to steer (pkg/proxy/serviceport.go UsesClusterEndpoints, v1.37.1). The short-circuit alone, which remains if both
 * policies are Local, does not count.
 */
export function localityOf(service: Service, version: KubernetesVersion): Locality | null {
  if (!isProxied(service) || isLocalThroughout(service)) return null;
  const kind = hintsHeuristic(service, version);
  if (kind === null) return null;
  if (kind !== 'auto') {
    return { kind, label: `trafficDistribution ${service.trafficDistribution}`, path: 'spec.trafficDistribution' };
  }
  const key = topologyModeKey(service);
  return { kind, label: `${key.slice(key.indexOf('/') + 1)} Auto`, path: `metadata.annotations["${key}"]` };
}

/** True if some version would act on a locality of this Service; for use before the version is known. */
export function requestsLocality(service: Service): boolean {
  return (
    isProxied(service) &&
    !isLocalThroughout(service) &&
    (service.trafficDistribution !== null || isTopologyModeAuto(service))
  );
}

/**
 * Says, as the end of "… is", how little hints steer if the traffic policies keep traffic on the node. `null` if IPVS falls
 * back from a node without endpoints to the cluster set (pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1).
 */
export function unusedLocality(service: Service, dataPlanes: readonly DataPlane[]): string | null {
  if (!isExternallyAccessible(service)) return 'unused: internalTrafficPolicy Local keeps all traffic on the node';
  if (dataPlanes.some(dataPlane => profileOf(dataPlane).localFallsBack(dataPlane))) return null;
  return dataPlanes.some(dataPlane => profileOf(dataPlane).obeysHints(service, dataPlane))
    ? 'mostly unused: both policies are Local, only in-cluster clients of external addresses are steered'
    : 'unused: both traffic policies are Local';
}
