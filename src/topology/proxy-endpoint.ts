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
 * Every endpoint that the slices list for one port and IP family, an address as often as it stands there. Absent
 * conditions read as kube-proxy reads them: ready and serving unless said otherwise, not terminating.
 */
export function listedEndpoints(
  slices: readonly EndpointSlice[],
  port: Pick<ServicePort, 'name' | 'protocol'>,
  family: IPFamily,
): readonly ProxyEndpoint[] {
  const listed: ProxyEndpoint[] = [];
  for (const slice of slices) {
    if (!slice.proxied || slice.addressType !== family) continue;
    for (const slicePort of slice.ports) {
      if (slicePort.name !== port.name || slicePort.protocol !== port.protocol || !slicePort.port) continue;
      listEndpoints(listed, slice, slicePort.port);
    }
  }
  return listed;
}

function listEndpoints(listed: ProxyEndpoint[], slice: EndpointSlice, port: number): void {
  for (const endpoint of slice.endpoints) {
    if (endpoint.address === '') continue;
    listed.push({
      name: joinHostPort(endpoint.address, port),
      ready: endpoint.ready ?? true,
      serving: endpoint.serving ?? true,
      terminating: endpoint.terminating ?? false,
      nodeName: endpoint.nodeName,
      zone: endpoint.zone,
      zoneHints: endpoint.hints?.zones ?? NONE,
      nodeHints: endpoint.hints?.nodes ?? NONE,
    });
  }
}

/**
 * One endpoint an address, sorted by name. Where an address stands twice, one that is not terminating replaces the other
 * (pkg/proxy/endpointslicecache.go addEndpoints, v1.37.1); up to 1.35 one on the proxy's own node did (v1.35.4).
 */
export function distinctEndpoints(
  listed: readonly ProxyEndpoint[],
  nodeOfOlderProxy: string | null = null,
): readonly ProxyEndpoint[] {
  const byName = new Map<string, ProxyEndpoint>();
  for (const endpoint of listed) {
    const replaces = nodeOfOlderProxy === null ? !endpoint.terminating : endpoint.nodeName === nodeOfOlderProxy;
    if (replaces || !byName.has(endpoint.name)) byName.set(endpoint.name, endpoint);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
