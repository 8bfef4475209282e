import { familyOf } from '../model/ip.ts';
import type { IPFamily, LoadBalancerIngress, Service, ServicePort } from '../model/service.ts';
import { isExternalLocal, isInternalLocal } from '../model/service.ts';

/** Which endpoint sets one Service port uses in one IP family (pkg/proxy/serviceport.go, v1.37.1). */
export interface PortPolicy {
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** True if it has a node port, an external IP or a load balancer's virtual IP. */
  readonly accessible: boolean;
  /** False if clients in the cluster go out to the load balancer, like those outside: kube-proxy then routes none of its addresses. */
  readonly shortCircuit: boolean;
  readonly usesCluster: boolean;
  readonly usesLocal: boolean;
}

/** A function from port to policy. The Service's addresses are read once for all ports. */
export function portPolicies(service: Service, family: IPFamily): (port: ServicePort) => PortPolicy {
  const internalLocal = isInternalLocal(service);
  const externalLocal = isExternalLocal(service);
  const hasExternalAddress =
    service.externalIPs.some(ip => familyOf(ip) === family) || loadBalancerVIPs(service, family).length > 0;
  // Node ports of a LoadBalancer Service are for its balancer. An address in mode Proxy, or a host name, leads there too.
  const onlyBalancer =
    !hasExternalAddress && service.type === 'LoadBalancer' && service.loadBalancerIngress.some(isOutside);
  return ({ nodePort }) => {
    const accessible = nodePort !== 0 || hasExternalAddress;
    return {
      internalLocal,
      externalLocal,
      accessible,
      shortCircuit: accessible && !onlyBalancer,
      usesCluster: !internalLocal || accessible,
      usesLocal: internalLocal || (externalLocal && accessible),
    };
  };
}

/** Load balancer addresses that kube-proxy short-circuits: those in mode VIP, which is the default. */
export function loadBalancerVIPs(service: Service, family: IPFamily): readonly string[] {
  return service.loadBalancerIngress
    .filter(ingress => ingress.ip !== '' && ingress.ipMode !== 'Proxy' && familyOf(ingress.ip) === family)
    .map(ingress => ingress.ip);
}

function isOutside({ hostname, ipMode }: LoadBalancerIngress): boolean {
  return hostname !== '' || ipMode === 'Proxy';
}
