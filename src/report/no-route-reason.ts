import { isHeadless, type Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { isEstablished } from '../topology/data-planes/index.ts';

/** Why a Service has no port whose routes are known, as a sentence. */
export function noRouteReason(service: Service, facts: ClusterFacts): string {
  if (!isEstablished(facts)) return 'The routing of this data plane is unknown.';
  if (isHeadless(service))
    return 'The Service is headless: clients connect to Pod addresses from DNS, kube-proxy does not handle it.';
  if (service.type === 'ExternalName')
    return 'The Service is an ExternalName: clients connect to another host, kube-proxy does not handle it.';
  if (service.ports.length === 0) return 'The Service has no ports.';
  return 'Another proxy handles the Service (label service.kubernetes.io/service-proxy-name).';
}
