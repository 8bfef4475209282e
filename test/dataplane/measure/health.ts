import type { EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import { asNumber, asObject } from '../../../src/model/raw.ts';
import { NODES, nodeAddress } from '../environment/nodes.ts';
import type { Snapshot } from '../topologies/snapshot.ts';
import type { Expectation } from './measure.ts';

const REQUEST = 'GET /healthz HTTP/1.0\r\n\r\n';

/**
 * Probes the health check port of each node like a cloud load balancer: 200 exactly where a ready endpoint is local. A
 * draining endpoint does not count (pkg/proxy/healthcheck/service_health.go, v1.37.1).
 */
export function healthExpectations(snapshot: Snapshot): readonly Expectation[] {
  return [...snapshot.rawServices].flatMap(([service, raw]) => {
    const hostPort = asNumber(asObject(raw['spec'])['healthCheckNodePort']);
    if (hostPort === 0) return [];
    const slices = snapshot.slices.filter(slice => slice.serviceName === service);
    return NODES.map(node => ({
      service,
      port: '',
      node: node.name,
      trafficClass: 'external' as const,
      way: `health check of ${node.name}`,
      place: 'fabric' as const,
      host: nodeAddress(node),
      hostPort,
      from: null,
      admitted: true,
      isExplained: true,
      say: REQUEST,
      expected: [isHealthy(slices, node.name) ? 'HTTP/1.0 200 OK' : 'HTTP/1.0 503 Service Unavailable'],
    }));
  });
}

function isHealthy(slices: readonly EndpointSlice[], node: string): boolean {
  return slices.some(slice => slice.endpoints.some(({ nodeName, ready }) => nodeName === node && ready !== false));
}
