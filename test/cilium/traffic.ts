import type { IPFamily } from '../../src/model/service.ts';
import type { Entrance, TrafficClass } from '../../src/topology/route.ts';
import type { RawService, RawServicePort } from '../upstream/generate/objects.ts';

/** One kind of traffic of one Service port. */
export interface Traffic {
  readonly port: RawServicePort;
  readonly family: IPFamily;
  readonly entrance: Entrance;
  readonly trafficClass: TrafficClass;
}

/** Pods to the ClusterIP; clients outside and inside to node ports, balancer addresses and external IPs. */
export function trafficOf(service: RawService): readonly Traffic[] {
  const { ipFamilies = [], ports = [] } = service.spec;
  return ipFamilies.flatMap(family =>
    ports.flatMap(port => [
      { port, family, entrance: 'ClusterIP' as const, trafficClass: 'internal' as const },
      ...externalEntrances(service, { port, family }).flatMap(entrance =>
        (['external', 'shortCircuit'] as const).map(trafficClass => ({ port, family, entrance, trafficClass })),
      ),
    ]),
  );
}

function externalEntrances(service: RawService, { port, family }: Pick<Traffic, 'port' | 'family'>): Entrance[] {
  const { type, externalIPs = [] } = service.spec;
  const entrances: Entrance[] = [];
  if (port.nodePort && (type === 'NodePort' || type === 'LoadBalancer')) entrances.push('NodePort');
  if (type === 'LoadBalancer' && balancerIPs(service).some(ip => isOf(family, ip))) entrances.push('LoadBalancer');
  if (externalIPs.some(ip => isOf(family, ip))) entrances.push('ExternalIP');
  return entrances;
}

export function balancerIPs(service: RawService): readonly string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  return ingress.flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? [ip] : []));
}

export function isOf(family: IPFamily, ip: string): boolean {
  return ip.includes(':') === (family === 'IPv6');
}
