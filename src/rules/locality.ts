import type { Service } from '../model/service.ts';
import {
  isExternallyAccessible,
  isLocalThroughout,
  isProxied,
  isTopologyModeAuto,
  topologyModeKey,
} from '../model/service.ts';
import type { DataPlane } from '../model/topology.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import { dataPlaneObeysHints } from '../topology/port-routing.ts';

/** The locality that a Service asks for and that its cluster's version acts on. */
export interface Locality {
  readonly kind: 'auto' | 'same-zone' | 'same-node';
  /** As messages name it: `topology-mode Auto`, `trafficDistribution PreferSameZone`. */
  readonly label: string;
  /** The field or annotation that asks for it. */
  readonly path: string;
}

/**
 * `null` where the version does not know the value, where kube-proxy does not handle the Service, and where Local policies
 * leave nothing to steer (pkg/proxy/serviceport.go UsesClusterEndpoints, v1.37.1). With both policies Local the
 * short-circuit would be left; that is too little to call the Service's locality.
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

/** True where some version would act on a locality of this Service: what a rule can tell before it knows the version. */
export function asksForLocality(service: Service): boolean {
  return (
    isProxied(service) &&
    !isLocalThroughout(service) &&
    (service.trafficDistribution !== null || isTopologyModeAuto(service))
  );
}

/**
 * What is left for hints to steer where both traffic policies keep traffic on the node, as the end of "… is"; `null` where
 * something is: IPVS falls back from an empty node to the cluster set (pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1).
 */
export function unusedLocality(service: Service, dataPlane: DataPlane): string | null {
  if (!isExternallyAccessible(service)) return 'unused: internalTrafficPolicy Local keeps all traffic on the node';
  if (dataPlane.kind === 'ipvs') return null;
  return dataPlaneObeysHints(dataPlane, service)
    ? 'mostly unused: both policies are Local, only in-cluster clients of external addresses are steered'
    : 'unused: both traffic policies are Local';
}
