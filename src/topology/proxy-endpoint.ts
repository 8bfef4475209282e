import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
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
 * Reads the slice's own endpoint through kube-proxy's eyes: absent conditions mean ready and serving, not terminating.
 * There are thousands of them, so that nothing is copied, and the name is put together by whoever prints it.
 */
class ListedEndpoint implements ProxyEndpoint {
  readonly endpoint: Endpoint;
  readonly port: number;

  constructor(endpoint: Endpoint, port: number) {
    this.endpoint = endpoint;
    this.port = port;
  }

  get name(): string {
    return joinHostPort(this.endpoint.address, this.port);
  }

  get ready(): boolean {
    return this.endpoint.ready ?? true;
  }

  get serving(): boolean {
    return this.endpoint.serving ?? true;
  }

  get terminating(): boolean {
    return this.endpoint.terminating ?? false;
  }

  get nodeName(): string | null {
    return this.endpoint.nodeName;
  }

  get zone(): string | null {
    return this.endpoint.zone;
  }

  get zoneHints(): readonly string[] {
    return this.endpoint.hints?.zones ?? NONE;
  }

  get nodeHints(): readonly string[] {
    return this.endpoint.hints?.nodes ?? NONE;
  }
}

/** Every endpoint that the slices list for one port and IP family, an address as often as it stands there. */
export function listedEndpoints(
  slices: readonly EndpointSlice[],
  port: Pick<ServicePort, 'name' | 'protocol'>,
  family: IPFamily,
): readonly ListedEndpoint[] {
  const listed: ListedEndpoint[] = [];
  for (const slice of slices) {
    if (!slice.proxied || slice.addressType !== family) continue;
    for (const slicePort of slice.ports) {
      if (slicePort.name !== port.name || slicePort.protocol !== port.protocol || !slicePort.port) continue;
      for (const endpoint of slice.endpoints) {
        if (endpoint.address !== '') listed.push(new ListedEndpoint(endpoint, slicePort.port));
      }
    }
  }
  return listed;
}

/**
 * One endpoint an address and port. Where one stands twice, one that is not terminating replaces the other
 * (pkg/proxy/endpointslicecache.go addEndpoints, v1.37.1); up to 1.35 one on the proxy's own node did (v1.35.4).
 */
export function distinctEndpoints(
  listed: readonly ListedEndpoint[],
  nodeOfOlderProxy: string | null = null,
): readonly ProxyEndpoint[] {
  // Mostly there is one port number, and the address tells all.
  const onePort = listed.every(({ port }) => port === listed[0]?.port);
  const byName = new Map<string, ListedEndpoint>();
  for (const one of listed) {
    const key = onePort ? one.endpoint.address : one.name;
    const replaces = nodeOfOlderProxy === null ? !one.terminating : one.nodeName === nodeOfOlderProxy;
    if (replaces || !byName.has(key)) byName.set(key, one);
  }
  return byName.size === listed.length ? listed : [...byName.values()];
}
