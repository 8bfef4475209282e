import type { Cilium } from '../../model/data-plane.ts';
import type { Service } from '../../model/service.ts';
import { loadBalancerVIPs } from '../port-policy.ts';
import type { Entrance, TrafficClass } from '../route.ts';
import { ciliumMinor, isInternalLocalFor } from './cilium-minor.ts';
import type { RoutedPort } from './profile.ts';

/** The policies of a Service as Cilium reads them, whatever its type. */
export interface CiliumPolicies {
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Node ports and balancer addresses then have a separate entry for clients inside the cluster. */
  readonly twoScopes: boolean;
}

/** Traffic of one class to one kind of address. */
export interface Traffic {
  readonly trafficClass: TrafficClass;
  readonly entrance: Entrance;
}

export function policiesOf(service: Service, dataPlane: Cilium): CiliumPolicies {
  const internalLocal = isInternalLocalFor(service, dataPlane);
  const externalLocal = service.externalTrafficPolicy === 'Local';
  // 1.18 counts scopes by the field, also if the setting turns the policy off.
  const fieldCounts = dataPlane.version.minor >= 18;
  const differs = externalLocal !== (fieldCounts ? service.internalTrafficPolicy === 'Local' : internalLocal);
  return { internalLocal, externalLocal, twoScopes: differs && hasNodePortSupport(dataPlane) };
}

/** In-cluster clients are looked up in the internal scope only by an agent that serves node ports (bpf/lib/lb.h, v1.20.2). */
function hasNodePortSupport({ kubeProxyReplacement, nodePort, version }: Cilium): boolean {
  return kubeProxyReplacement || (version.minor <= 18 && nodePort);
}

/**
 * True if this traffic gets endpoints of its node only. `null` for clients inside at an external IP whose two policies
 * differ: the entry promises an internal one, which does not exist, and the address is not translated.
 */
export function usesLocal({ trafficClass, entrance }: Traffic, policies: CiliumPolicies): boolean | null {
  if (entrance === 'ClusterIP') return policies.internalLocal;
  if (trafficClass === 'external' || !policies.twoScopes) return policies.externalLocal;
  return entrance === 'ExternalIP' ? null : policies.internalLocal;
}

/** False for traffic that is left to kube-proxy. */
export function isServedByCilium({ trafficClass, entrance }: Traffic, dataPlane: Cilium): boolean {
  if (entrance === 'ClusterIP' || dataPlane.kubeProxyReplacement) return true;
  const { version, nodePort } = dataPlane;
  // enable-external-ips of 1.17 changes nothing: the entries are made with node ports (pkg/k8s/service.go NewService, v1.17.6).
  if (version.minor <= 18) return nodePort;
  // Programmed for Pods; the node itself and clients outside do not use it.
  return trafficClass === 'shortCircuit' && ciliumMinor(version.minor).withoutReplacement.includes(entrance);
}

/** The entrance that is meant; without one, the first that the port has. */
export function entranceOf(
  trafficClass: TrafficClass,
  entrance: Entrance | undefined,
  { service, port, family }: RoutedPort,
): Entrance {
  if (trafficClass === 'internal') return 'ClusterIP';
  if (entrance) return entrance;
  if (port.nodePort !== 0) return 'NodePort';
  return loadBalancerVIPs(service, family).length > 0 ? 'LoadBalancer' : 'ExternalIP';
}
