import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { joinHostPort } from '../model/ip.ts';
import type { IPFamily, ServicePort } from '../model/service.ts';

/** An endpoint of one Service port, as kube-proxy holds it. */
export interface ProxyEndpoint {
  /** `ip:port` or `[ip]:port`. */
  readonly name: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * The endpoints of one port and IP family over all slices, sorted by name. Absent conditions read as kube-proxy reads
 * them: ready and serving unless said otherwise, not terminating. Where an address stands twice, one that is not
 * terminating replaces the other (pkg/proxy/endpointslicecache.go addEndpoints, v1.37.1).
 */
export function proxyEndpoints(
  slices: readonly EndpointSlice[],
  port: Pick<ServicePort, 'name' | 'protocol'>,
  family: IPFamily,
): readonly ProxyEndpoint[] {
  const byName = new Map<string, ProxyEndpoint>();
  for (const slice of slices) {
    if (!slice.proxied || slice.addressType !== family) continue;
    for (const slicePort of slice.ports) {
      if (slicePort.name !== port.name || slicePort.protocol !== port.protocol || !slicePort.port) continue;
      addEndpoints(byName, slice, slicePort.port);
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function addEndpoints(byName: Map<string, ProxyEndpoint>, slice: EndpointSlice, port: number): void {
  for (const endpoint of slice.endpoints) {
    if (endpoint.address === '') continue;
    const name = joinHostPort(endpoint.address, port);
    const terminating = endpoint.terminating ?? false;
    if (terminating && byName.has(name)) continue;
    byName.set(name, {
      name,
      ready: endpoint.ready ?? true,
      serving: endpoint.serving ?? true,
      terminating,
      nodeName: endpoint.nodeName,
      zone: endpoint.zone,
      zoneHints: endpoint.hints?.zones ?? NONE,
      nodeHints: endpoint.hints?.nodes ?? NONE,
    });
  }
}
