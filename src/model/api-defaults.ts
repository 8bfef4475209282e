import type { IPFamily, Service, ServicePort } from './service.ts';
import { isExternallyAccessible } from './service.ts';

/** Placeholders for a cluster IP and a port that the API server has not allocated yet. */
export const ALLOCATED_IP = '(allocated)';
export const ALLOCATED_PORT = -1;

/**
 * The Service as the API server would store it: with defaults (pkg/apis/core/v1/defaults.go SetDefaults_Service, v1.37.1)
 * and with values allocated or kept from `old` (pkg/registry/core/service/storage/storage.go patchAllocatedValues). A
 * Service read from the API server is returned unchanged.
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
    ports: defaultPorts(service.ports, typed, old),
    loadBalancerIngress: ingressOf(service, type, old),
    internalTrafficPolicy: service.internalTrafficPolicy ?? (takesTraffic ? 'Cluster' : null),
    externalTrafficPolicy,
    healthCheckNodePort:
      service.healthCheckNodePort || (needsHealthCheck ? old?.healthCheckNodePort || ALLOCATED_PORT : 0),
  };
}

/** RequireDualStack gets the family that is not named (pkg/registry/core/service/storage/alloc.go initIPFamilyFields, v1.37.1). */
function familiesOf(service: Service, old: Service | null): readonly IPFamily[] {
  const given = service.ipFamilies.length > 0 ? service.ipFamilies : (old?.ipFamilies ?? []);
  const [first = 'IPv4', ...others] = given;
  if (others.length > 0 || service.ipFamilyPolicy !== 'RequireDualStack') return [first, ...others];
  return [first, first === 'IPv4' ? 'IPv6' : 'IPv4'];
}

/** An unset node port keeps the value of the old port of that name if both Services have node ports. */
function defaultPorts(ports: readonly ServicePort[], service: Service, old: Service | null): readonly ServicePort[] {
  const allocates = allocatesNodePorts(service);
  const before = new Map<string, number>();
  if (old && allocates && allocatesNodePorts(old)) {
    for (const { name, nodePort } of old.ports) if (!before.has(name)) before.set(name, nodePort);
  }
  return ports.map(port => ({
    ...port,
    protocol: port.protocol || 'TCP',
    targetPort: port.targetPort === 0 || port.targetPort === '' ? port.port : port.targetPort,
    nodePort: port.nodePort || (allocates ? before.get(port.name) || ALLOCATED_PORT : 0),
  }));
}

/** An UPDATE does not change the status, except that it is cleared when the type is no longer LoadBalancer. */
function ingressOf(service: Service, type: string, old: Service | null): Service['loadBalancerIngress'] {
  if (!old) return service.loadBalancerIngress;
  return type === 'LoadBalancer' ? old.loadBalancerIngress : [];
}

function allocatesNodePorts(service: Service): boolean {
  if (service.type === 'NodePort') return true;
  return service.type === 'LoadBalancer' && service.allocateLoadBalancerNodePorts !== false;
}
