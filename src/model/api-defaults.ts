import type { IPFamily, Service, ServicePort } from './service.ts';
import { isExternallyAccessible } from './service.ts';

/** Stands for a cluster IP or port that the API server will allocate and whose value nobody knows yet. */
export const ALLOCATED_IP = '(allocated)';
export const ALLOCATED_PORT = -1;

/**
 * The Service as the API server would store it: defaulted (pkg/apis/core/v1/defaults.go SetDefaults_Service, v1.37.1) and
 * with what it allocates or keeps from `old` (pkg/registry/core/service/storage/storage.go patchAllocatedValues). A Service
 * that has been through the API server comes back unchanged.
 */
export function applyApiDefaults(service: Service, old: Service | null = null): Service {
  const type = service.type || 'ClusterIP';
  const takesTraffic = type !== 'ExternalName';
  const typed = { ...service, type };
  const externalTrafficPolicy = service.externalTrafficPolicy ?? (isExternallyAccessible(typed) ? 'Cluster' : null);
  const needsHealthCheck = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  return {
    ...typed,
    sessionAffinity: service.sessionAffinity || 'None',
    clusterIP: service.clusterIP || (takesTraffic ? old?.clusterIP || ALLOCATED_IP : ''),
    ipFamilies: takesTraffic ? familiesOf(service, old) : [],
    ports: service.ports.map(port => defaultPort(port, typed, old)),
    loadBalancerIngress: ingressOf(service, type, old),
    internalTrafficPolicy: service.internalTrafficPolicy ?? (takesTraffic ? 'Cluster' : null),
    externalTrafficPolicy,
    healthCheckNodePort:
      service.healthCheckNodePort || (needsHealthCheck ? old?.healthCheckNodePort || ALLOCATED_PORT : 0),
  };
}

function familiesOf(service: Service, old: Service | null): readonly IPFamily[] {
  if (service.ipFamilies.length > 0) return service.ipFamilies;
  if (old && old.ipFamilies.length > 0) return old.ipFamilies;
  return service.ipFamilyPolicy === 'RequireDualStack' ? ['IPv4', 'IPv6'] : ['IPv4'];
}

/** An unset node port stays what it was under the port's name, as far as both Services have node ports. */
function defaultPort(port: ServicePort, service: Service, old: Service | null): ServicePort {
  const before = old && allocatesNodePorts(old) ? old.ports.find(other => other.name === port.name) : undefined;
  return {
    ...port,
    protocol: port.protocol || 'TCP',
    targetPort: port.targetPort === 0 || port.targetPort === '' ? port.port : port.targetPort,
    nodePort: port.nodePort || (allocatesNodePorts(service) ? before?.nodePort || ALLOCATED_PORT : 0),
  };
}

/** An UPDATE never touches the status; giving up the type LoadBalancer clears it. */
function ingressOf(service: Service, type: string, old: Service | null): Service['loadBalancerIngress'] {
  if (!old) return service.loadBalancerIngress;
  return type === 'LoadBalancer' ? old.loadBalancerIngress : [];
}

function allocatesNodePorts(service: Service): boolean {
  if (service.type === 'NodePort') return true;
  return service.type === 'LoadBalancer' && service.allocateLoadBalancerNodePorts !== false;
}
